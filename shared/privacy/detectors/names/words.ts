/** Before a name, which they say is one. */
export const TITLES = `
mr mrs ms miss mx dr prof professor sir madam madame dame lord lady rev reverend father sister judge justice senator captain sgt lt
herr frau fraulein monsieur mme mlle m senor senora senorita sr sra srta don dona sig signor signora signorina dott ing dhr mevr pan pani
`;

/** Begin a greeting; a name may follow. */
export const GREETINGS =
  'dear hi hello hey hallo hola bonjour ciao liebe lieber cher chere caro cara estimado estimada querido querida thanks';

/** Between the parts of a name. */
export const PARTICLES: ReadonlySet<string> = new Set(
  'de da do dos das del della di du la le los las van von der den ter ten zu bin ibn al el af av y e of'.split(' '),
);

/** After a name: they belong to it. */
export const SUFFIXES = 'jr sr ii iii iv';

/** After or inside a capitalised group: it names a firm, a place or a thing, not a person. */
export const THINGS = `
inc ltd llc plc gmbh ag corp corporation company co group holdings partners associates sons brothers bros bank university college school
institute academy hospital clinic church museum library theatre theater orchestra band trio quartet choir ensemble club league cup award awards prize
foundation trust society association federation union party council committee commission ministry department office agency studio studios records
street road avenue ave st rd lane drive boulevard square park bridge airport station port harbour harbor beach bay lake river island islands
mountain mount hills valley city town village county state province district region republic kingdom building tower center centre mall hotel inn
restaurant cafe bar pub market store shop theorem law effect syndrome disease principle equation method algorithm curve scale test model rule
act day week month year season christmas easter edition version series show award river cottage house palace castle court hall
`;

/** Capitalised at the beginning of a sentence or on a control; never a person. */
export const PLAIN = `
a about account accounts actions add address admin after again agree all also always am amount an and another any app apple apply are around as ask
at author back bad be because been before begin being best better big bill book both bot but buy by call came can cancel card cart change chapter
check choose church city clear click close code color come coming comment comments company complete confirm contact content continue copy could country
create customer customers daily dark data date day days delete department description details did different dinner director do does doing done
down download draft each early east easy edit either email end english enter error even ever every everybody everyone everything example exit export fall family far
favorite few file filter find first folks follow for forgot form forward found free friend friends from full game general get getting gives go god going good got great group
guest guests had half has have having he head health hello help her here hers hey hi high him his hit holiday home hour hours house how however i if import important in
inbox info information inside into is issue it item items its job join just keep key kind know language large last late later law learn left legal let letter level life like line
list little live loading local log login logout long look love made mail main make male man manager many map me mean member members menu message messages middle might mind minute
minutes miss mobile mode monday money month months more morning most move much music must my name near need network never new news next night no north not note notes nothing notice
now number of off offer office old on once one online only open option options or order orders other our out over overview own owner page part party pass password past patient
payment people per perhaps person personal phone photo place plan play please plus point policy pop post power present press price privacy private problem product products profile program project
public put question quick quite rather read ready real really recent record red register remember remove reply report request reset result results return review right room run
sales same save saw say says school search season second section security see select send sent service session set settings several shall share she ship shop short should show sign
simple since single sir site size small so some someone something song soon sorry south special standard start state status still stop story street strong submit such summary
sunday support sure system table take talk team tell term terms than thank thanks that the their them then there these they thing things think this those though thought through
thursday time title to today together told tomorrow tonight too top total toward town travel true try tuesday turn two type under unit unlike until up update upload upon us use used
user users very video view visit wait want warning was watch way we wednesday week welcome well went were west what whatever when where whether which while white who whole whose why wife
will window winter with within without woman women word words work working world would write wrong year years yes yesterday yet you young your yours
january february march april may june july august september october november december friday saturday mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec
american british english french german italian spanish portuguese dutch swedish danish norwegian finnish polish czech russian greek turkish chinese japanese korean indian
america britain england france germany italy spain portugal europe african asia africa australia canada china india japan russia
der die das und ist nicht ein eine ich sie wir mit von zu auf le les une des est et que qui dans pour sur el los las una por con para mi il lo gli che per non og en et det
`;

/** Before a given name that is then part of a place's name. */
export const PLACE_PREFIXES =
  'san santa santo sao saint st ste port mount mt lake fort ft new cape el los las la north south east west upper lower great royal queen king prince mark hotel';
