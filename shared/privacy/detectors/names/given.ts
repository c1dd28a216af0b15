/**
 * Common given names of several languages, in lower case without accents, that are hardly ever another word of a page. Written
 * down from general knowledge, not taken from a data set.
 */
export const GIVEN_NAMES = `
aaron abdul abdullah abigail abraham ada adam adela adele adelina aditya adrian adriana adrianna adrien adrienne agata
agatha agnes agneta agnieszka ahmad ahmed aicha aidan aiden aiko aileen aimee aino aisha aisling ajay akash akira
aksel alain alan alana alastair alba albert alberta alberto albin aldo alec alejandra alejandro aleksander aleksandr
aleksandra aleksi alena ales alessandra alessandro alessia alessio alex alexa alexander alexandra alexandre alexandros
alexei alexey alexia alexis alfonso alfred alfredo ali alice alicia alicja alina alisa alisha alison alissa alistair
allan allen allison alma alois alonso alphonse alvaro alvin alyssa amalia amanda amaya amelia amelie amina amir amira
amit amos amparo amy ana anabel anabelle anais ananya anastasia anastasios anatoly anca anders andras andre andrea
andreas andree andreea andrei andrej andres andrew andrey andrija andrzej andy aneta angela angelica angelika angelina
angeline angelo angie angus anibal anika anil anita anja anjali anke ann anna annabel annabelle anne anneli annelise
annemarie annette annie annika annike anselm anthony antje antoine antoinette antonella antoni antonia antonin
antonina antonio antti anu anya apolonia araceli aram archie ari ariadna ariana ariane arianna ariel arjun arkadiusz
arlene armand armando arnaud arne arno arnold arthur artur arturo arun arvid arvo arya asa asger ashish ashley ashlyn
ashton asif aslan asta astrid atsushi attila auguste augustin augustine augusto aurelia aurelie aurelio aurore avery
axel ayaka ayesha aylin aymeric ayse azra baptiste barbara barbora barnaby barry bart bartholomew bartosz bashir
bastian bastien beata beatrice beatrix beatriz becky belen belinda bella ben benedetta benedict benedikt benicio
benito benjamin bennett benny benoit berenice berit bernadette bernard bernardo bernd bernhard bernice bert berta
bertha bertil bertram bertrand beryl bess beth bethan bethany betsy bettina betty beverley bianca bibiana birger
birgit birgitta birgitte birthe bjarne bjorn blanca blanka blazej bob bobby bodil bogdan boguslaw bohdan bojan boris
borislav bosse bozena brad brandon branislav branko brayden breanna brenda brendan brennan brent brett brian briana
brianna bridget brigitta brigitte britta brittany bronwyn bruce bruno bryan bryant bryce bryony burak byron caitlin
caitlyn caleb calista callum calogero calvin cameron camila camilla camille candice cara caren carina carl carla carlo
carlos carlota carly carmela carmelo carmen carole caroline carolyn carrie carsten casey caspar casper cassandra
cassidy cassie catalina catarina caterina catherine cathleen cathrine cathy catia catriona cecil cecile cecilia
cecilie cedric celestino celia celina celine cengiz cesar chandler chandra chantal charlene charles charlie charlotta
cheryl chiara chinedu chioma chloe chris christa christel christelle christen christer christiaan christiane christina
christine christoph christophe christopher christos chukwuemeka ciara cillian cindy claes claire clara clarence
clarice clarissa claude claudette claudia claudie claudine claudio claus clemence clemens clementine cleo clifford
clive clotilde colette colin colleen concetta conchita connie connor conor conrad constance constantin constantine
constanza consuelo cora coralie cordelia corentin corey corina corinna corinne cormac cornelia cornelis cornelius cory
cosimo cosmin costas craig cristian cristiana cristiano cristina cristobal curt curtis cynthia cyril cyrille dagmar
dagny daisuke damian damiano damien damir damon dan daniel daniela daniele daniella danielle danijel danilo danny
dante danuta daphne darius dariusz darko darlene darrell darren darryl dave david davide davor dawid dean deanna
debbie deborah debra declan deepa deepak deirdre dejan delia delphine denis denisa denise deniz dennis denny derek
dermot desiree desmond despina detlef devin dexter diana diane dianne didier diego dieter diether dimitar dimitri
dimitrios dimitris dina dinesh dirk dmitri dmitriy dmitry dobromir dolores domagoj domenica domenico dominic dominik
dominika dominique donald donata donatella donato donna donnie donovan dora doreen dorian doris doron dorota dorothea
dorothee dorothy dorte douglas dragan dragana drago drazen duane duarte duncan dunja dusan dusko dustin dwayne dwight
dylan eamon ebba ebony eckhard eddie eddy edgar edgardo edina edit edith edmond edmund edna edoardo eduard eduarda
eduardo edvard edward edwin edwina edyta efrain egbert egil egon eike eileen einar eino eira eirik ekaterina elaine
eleanor elena eleni eleonora eleonore eliana elias elif elijah elin elina eline elisa elisabet elisabeth elisabetta
elise eliza elizabeth elizaveta elke ella elle ellen ellie elliot elliott ellis elmer elodie eloise elsa elsbeth elsie
elvira elvis emanuel emanuela emanuele emeka emerson emil emile emilia emiliano emilie emilio emily emine emir emma
emmanuel emmanuelle emmett emmi emre emrys enda enid ennio enrica enrico enrique enzo eric erica erich erick ericka
erik erika eriko erin erkki erland erlend ernest ernestine ernesto ernst ervin erwin esben esmeralda esperanza esteban
estefania estelle ester esther estrella ethan ethel etienne etta eugen eugene eugenia eugenie eugenio eulalia eun
eunice eva evan evangelia evangelos evelina eveline evelyn evelyne everett evgeni evgenia evgeny ewa ewan ewelina
ewout ezequiel ezra fabian fabiana fabien fabienne fabio fabiola fabrice fabrizio faisal fanny farah fareed farid
fatima fatma fatou fausto fawzi federica federico fedor felicia felicitas felicity felipa felipe felix ferdinand
ferenc fergus fernanda fernande fernando filip filipa filipe filippa filippo filomena finlay finn fiona fiorella
flavia flavio flora florencia florent florentina florian floriana floriane florin floyd folke fran frances francesca
francesco francine francis francisca francisco franciszek franck franco francois francoise franek frank franka frankie
frans frantisek franz fred freda freddie freddy frederic frederica frederick frederico frederik frederikke fredrik
fredrika freja freya frida frieda friedrich frode fumiko gabor gabriel gabriela gabriele gabriella gabrielle gaetan
gaetano gail galina ganesh gareth garrett gary gaspar gaspard gaston gaurav gautam gavin gayle gediminas geert geir
gemma genevieve gennady gennaro geoff geoffrey georg george georges georgette georgi georgiana georgina georgios
gerald geraldine geraldo gerard gerardo gerd gerda gergely gerhard gerlinde germaine gerry gert gertrud gertrude
gheorghe ghislaine giacomo giada giampaolo gianluca gianni gil gilbert gilberto giles gilles gillian gina ginevra gino
gioia giorgia giorgio giorgos giovanna giovanni gisela gisele giselle gitte giulia giuliana giuliano giulio giuseppe
giuseppina gladys glen glenda glenn gloria gonzalo goran gordana gordon gorka gosta gottfried graciela graeme graham
grazia graziella grazyna greg gregoire gregor gregorio gregory greta gretchen gretel griselda grzegorz gudrun
guendalina guido guilherme guillaume guillermo gunilla gunnar gunter gunther gustaf gustav gustave gustavo gwen
gwendolyn gwyneth gyorgy gyula haakon habib hadiya hakan hakon haley halima halina halvor hamid hamish hamza hank
hanna hannah hanne hannele hannelore hannes hannu hans hansine hanspeter harald harish harold harriet harry harsh
haruka haruki haruto harvey hasan hassan hattie havard hayley hazel hector hedda hedvig hedwig heidi heike heiko
heiner heinrich heinz helen helena helene helga helge helle hellen helmut helmuth heloise hendrik hendrika henk hennie
henning henri henrietta henriette henrik henrike henrique henry henryk herbert heribert herman hermann hermine hernan
hershel hilary hilda hilde hildegard hildur hillary hiroko hiroshi hiroto hjalmar holger honorata horace horst
hortense howard hubert hugh hugo humberto humphrey hussein hyun iain ian ibrahim ida idris ieva ignacio ignacy igor
ilaria ildiko ileana ilias ilija ilka ilkka ilona ilse imogen imran imre indira ines inga inge ingeborg ingemar inger
ingmar ingo ingrid ingvar ioana ioanna ioannis ionut irena irene irina irma irmgard irving isaac isabel isabella
isabelle isadora isaiah isak isidora isidro isla ismael ismail isobel istvan itzel ivan ivana ivanka iveta ivica ivo
ivona ivonne iwona izabela jaakko jacek jacinta jackie jacob jacoba jacobo jacqueline jacques jadwiga jai jaime jake
jakob jakub jamal james jamie jana janek janet janice janina janine janis janka janko janne jannik janos jared jari
jarmila jarno jaroslav jaroslaw jasmin jasmina jason javier jayden jayne jeanette jeanine jeanne jeannette jeannine
jeff jefferson jeffrey jelena jemima jenna jenni jennie jennifer jenny jens jerald jeremiah jeremias jeremy jermaine
jerome jeronimo jerry jerzy jesper jesse jessica jessie jette jill jillian jim jimena jimmy jindrich jiri jitka
joachim joan joana joanna joanne joao joaquim joaquin jocelyn jochen joe joel joelle joerg johan johann johanna
johanne johannes john johnathan johnnie johnny jolanda jolanta jolene jon jonah jonas jonathan jonna jonny joost joran
jorge jorgen jorn jorunn jose josef josefa josefina josefine joseph josephine josette josh joshua josiah josiane josie
josip josue jouni joyce jozef jozsef juan juana juanita jude judit judith judy juho jukka jules julia julian juliana
juliane julianna julie julien julienne juliet julieta juliette julio julita julius junichi junko jurgen juri juris
jussi justin justina justine justyna jutta kaarina kaisa kaja kajetan kalle kamal kamil kamila kamilla kaoru kara
karen kari karim karin karina karine karl karla karolina karoline karoly karsten kasia kaspar kasper katalin katarina
katarzyna kate katerina katharina katharine katherine kathleen kathrin kathryn kathy katia katie katja katrin katrina
katrine katsumi katy katya kayla kaylee kazimierz kazuki kazuo keiko keith kelly kelsey kelvin ken kendra kenji
kenneth kenny kent kenta kerri kerry kersti kerstin kevin khadija khaled khalid khalil kiara kieran kiki kim kimberley
kimberly kimiko kinga kira kiran kirill kirk kirsi kirsten kirsti kirstin kirsty kjell kjersti klaas klara klaudia
klaus klemens knud knut konrad konstantin konstantina konstantinos korbinian kornelia kostas kristaps kristen kristian
kristiina kristin kristina kristine kristjan kristof kristoffer kristy krisztina krystyna krzysztof kumar kunal kurt
kwame kyle kylie kyoko kyra lachlan laila lakshmi lana lando lara larissa larry lars lasse laszlo latoya laura laure
laureen lauren laurence laurens laurent lauri laurie lavinia lazar lazaro leah leandra leandro leanne leena leif leigh
leila leilani lela lena lene leni lenka lennart lennox lenny lenora leo leocadia leon leona leonard leonardo leonel
leonhard leonid leonie leonor leonora leopold leopoldo leroy lesley leslie leszek leticia letizia lev levi lewis leyla
lia liam libuse lidia lidija lieke liese lieselotte liisa lilian liliana liliane lilith lillian lilly lina linda
lindsay lindsey linnea linus lionel lisa lisbet lisbeth lise liselotte lissette livia liz liza ljiljana ljubica
ljubomir lloyd lois lola lora loredana lorella lorena lorenz lorenza lorenzo loretta lori lorna lorraine lothar lotta
lotte lottie lou louis louisa louise luana luc luca lucas lucia luciana luciano lucie lucien lucienne lucija lucille
lucinda lucio lucjan lucrecia lucrezia lucy ludmila ludovic ludovica ludvig ludwig luigi luigia luis luisa luise luiz
lukas lukasz luke lupe lutz lydia lydie lyn lynette lynn lynne lyubov maarten maartje mabel macarena maciej maddalena
maddie madeleine madeline madelyn mads mae mafalda magali magda magdalena magdolna maggie magnus mahmoud maia maija
maike maja makayla malcolm malena malgorzata malik malin malte mandy manfred manish manoj manon manuel manuela mara
marc marcel marcela marceline marcelle marcelo marcia marcin marco marcos marcus marek maren margaret margareta
margarete margaretha margarida margarita margaux margit margo margot margret margrethe margrit marguerite mari maria
mariah mariam mariana marianna marianne mariano maribel maricela marie mariella marielle marietta mariette marija
marijana marijke marika marilyn mario mariola marion marios marisa marisol marit marita marius mariusz marjan
marjolein marjorie marjut markku marko markus marlene marlies marlon marta martha marti martina martine martinus
martti mary maryam maryann marzena masako masato massimo mateo mateus mateusz mathias mathieu mathilda mathilde mathis
matias matilda matilde matt matteo matthaus matthew matthias matthieu matti mattia mattias mauno maura maureen maurice
mauricio maurizio mauro maxim maxime maximilian maximiliano maximo maximus maxine mayumi meaghan meg megan mehdi
mehmet meike melania melanie melina melinda melissa melvin mercedes meredith merete merja mervyn meryem meta mette mia
micaela micah michael michaela michal michalis michel michela michele micheline michelle michiel michiko mick mickey
mieczyslaw miguel mihaela mihai mihail mika mikael mikaela mike mikhail mikkel mikko mikolaj mila milana milena milica
millicent millie milo milos miloslav milosz milton mimi mina mindy minna minoru mira miranda mireille mirela mirella
miren miriam mirja mirjam mirjana mirko miro miroslav miroslava miroslaw misha mitch mitchell miyuki mladen mogens
mohamed mohammad mohammed mohan mohit moira moises molly mona monica monika monique monte montserrat morag moreno
morgane moritz morris morten moses mostafa muhammad mukesh murat muriel mustafa myra myriam myrtle nadezhda nadia
nadine nadja nagore nancy naoki naoko naomi naoto napoleon narciso natacha natalia natalie natalija natalya natasa
natasha nathalie nathan nathaniel nazar neal ned neha neil nella nellie nelly nelson nena nenad nerea nestor nevena
nicanor niccolo nichola nicholas nicholle nicki nico nicola nicolaas nicolai nicolas nicole nicoleta nicoletta nicolo
nida niels nigel nihal nikhil nikita nikki niklas niko nikola nikolai nikolaos nikolaus nikolay nikoletta nikos nils
nina nino nisha nitin noah noel noelia noelle noemi nora norbert noreen norma norman nuno nuria nyla octavia octavio
odette odile ofelia ola olaf olav ole oleg oleksandr olena olga olgierd oliver olivia olivier olli ollie olof omar
ondrej onni oriana oriol orla orlando ornella orsolya orville osama oscar oskar osman oswald oswaldo otakar othmar
otis ottavio ottilie otto ove owen pablo palle paloma pamela panagiotis paola paolo pascale pascual patrice patricia
patricio patrick patrik patrizia patrycja patryk patti patty paul paula paulette paulina pauline paulino paulo pavel
pavla pavle pavlina pavol pawel pearlie pedro peggy pekka pelle penelope pentti pernille perry pertti petar peter petr
petra petri petros petrus petteri phil philip philipp philippa philippe phillip phoebe phyllis pia pier piero pierre
pierrette pieter pietro piia pilar piotr pirjo pirkko plamen polly poul pradeep prakash pranav praveen pricilla prisca
priscilla priya priyanka przemyslaw purificacion quentin quincy quinn quirino rachael rachel rachid radek radim radka
radmila radomir radoslav radoslaw radovan rafael rafaela rafal raffaele raffaella ragnar ragnhild rahul raija raimo
raimund raimundo rainer raisa rajesh rajiv rakesh ralf ralph ramesh ramiro ramon ramona randall randi randolph ranka
raoul raphael raphaelle raquel rashid rasmus ratko raul ravi raymond raymonde raymundo rebecca rebeka rebekah reema
reggie regina reginald regine reidar reidun reiko reimund reiner reinhard reinhold reinier reino rekha remi remigiusz
remy rena renaldo renata renate renato renaud rene renee renzo reuben reyna rhea rhett rhiannon rhoda rhonda rhys
ricarda ricardo riccardo richard rick ricky rico rigmor rihanna riikka riina rikard rikke rita ritva roald roar robbie
robert roberta roberto rocco rochelle rocio roderick rodger rodney rodolfo rodrigo rogelio roger rogerio rohan rohit
roland rolande rolando rolf romain romano romeo romina romuald romy ron ronald ronaldo ronan ronja ronnie ronny roosa
roque rory rosa rosalba rosalia rosalie rosalind rosalinda rosamund rosanna rosanne rosaria rosario rosaura roseann
rosella roselyn rosemarie rosetta rosie rosina rosita roslyn roxana roxanne ruben rudi rudolf rudolph rudy rufus rui
rune rupert ruslan russell rustam ruta ruth ruxandra ruzica ryan ryo ryszard sabina sabine sabrina sadie saeed sagar
sahil saida sajid sakari salim sally salma salvatore sam samantha sami samir samira sampo samson samu samuel samuele
samuli sandeep sandra sandrine sandro sanjay sanna sanne sanni santino sara sarah sarai sarina sascha sasha saskia
satoshi satu saul saverio scarlett scott seamus sean sebastian sebastiano sebastien sebastjan selena selene selim
selina selma seppo serafin serafina serena serge sergei sergey sergio sergiu seth severin severino seweryn shakira
shane shannon shantel shari sharon shaun shauna shaunna shawn shawna sheena sheila sheldon shelley shelly sheri sherri
sherry sheryl shigeru shinji shirley shiro shivani shizuka shreya shubham sibylle sidney sidsel siegfried sieglinde
sigmund sigrid sigurd siiri silje silke silva silvana silvano silvester silvia silvie silvija silvio simeon simon
simona simone simonetta simran sindre sinead siobhan siri sirpa sissel slavica slavko slavomir slawomir slobodan sofie
sofus soile solange soledad solveig sonia sonja sonya sophia sophie soraya soren sorin spiros spyros srdjan stacey
staci stacy staffan stan stanislas stanislav stanislava stanislaw stefan stefania stefanie stefano stefanos steffen
steffi steinar stelian stella sten stephan stephane stephanie stephen steve steven stewart stian stig stina stine
stjepan stoyan stuart sture subhash sudhir suhail suleiman sumit sunil sunita suresh susan susana susann susanna
susanne susie suvi suzana suzanne suzette svante svein sven svend svenja svetlana svetozar swati sybille syed sylvain
sylvester sylvia sylviane sylvie sylwester sylwia synne szabolcs szilvia szymon tabitha tadeas tadeusz taina taisto
takashi takeshi takumi tamara tamas tami tammy tancredi tania tanja tanya tapani tapio tara tareq tariq tarja tasha
tatiana tatjana tatyana tauno taylor ted teddy teemu teodor teodora teofil tercero terence teresa terese teresita teri
terje terrence terri terry terttu tessa thabo thaddeus thais thea theda theodor theodora theodore theodoros theresa
therese theresia thiago thibault thierry thilo thomas thora thorbjorn thorsten thure tiago tibor tiffany tiina tilda
tilde tillmann tim timea timo timothee timothy tina tino tirso tiziana tiziano tobias toby todd tom tomas tomasz tomaz
tomi tomislav tommaso tommi tommy tomo tomoko toni tonje tony tonya torben tord tore torgeir torhild torill torleif
torsten toshiko tracey tracy travis trevor tricia trine tristan troels trond trudy truls trygve tuomas tuomo tuula
tuva tyler tyrone ubaldo udo ugo ulf ulises ulla ulric ulrica ulrich ulrik ulrika ulrike umberto unai uriel urs urska
ursula urszula usha ute uwe vaclav vadim vaino valdemar valentin valentina valentino valeria valerie valerio valtteri
vanessa vanja vasco vasil vasile vasiliki vasilios vasily vassilis vaughn veera veikko velma vera verena vernon
veronica veronika veronique vesa vesna vicente vicki vicky victoire viggo vijay vikas viktor viktoria viktorija vilde
vilhelm vilhelmina vilho viliam ville vilma vincent vincente vincenzo viola violeta violetta virginie virpi vishal
vito vittoria vittorio vivek vivian viviana viviane vivien vivienne vladan vladimir vladimira vladislav vlado vojtech
volker volkmar vuk vyacheslav waldemar walter waltraud wanda warren wayne wendelin wendell wendy werner wesley wieslaw
wieslawa wiktor wiktoria wilbur wilfred wilfried wilhelm wilhelmina wilhelmine willa willem willemijn william willie
willy wilma wilmer wilson winifred winona witold wladyslaw wojciech wolfgang wolfram wout wouter wyatt xander xavier
ximena xiomara yael yana yann yannick yannis yara yasir yasmin yasmine yasuko yelena yesenia yevgeny yiannis yoan
yohan yoko yolanda yolande yoshi yoshiko youssef yuka yukari yuki yukiko yulia yuliana yuri yusuf yuto yves yvette
yvonne zachary zachery zahra zainab zara zbigniew zdenek zdenka zdravko zelda zeljko zelma zenon zeynep zigmund zita
zlata zlatko zoe zofia zoltan zora zoran zsofia zsolt zuzana zuzanna zvonimir
`;
