/** Common family names of several languages, in lower case without accents; words that pages use otherwise are left out. */
export const FAMILY_NAMES = `
abbott abdi abe abreu acosta adams adamson aguilar aguirre ahmed aitken akhtar albrecht alexander alfonso ali allen
almeida alonso alvarado alvarez alves amann anders andersen anderson andersson andrade andrews antonelli araujo arias
armstrong arnold arroyo ashworth atkins atkinson avila ayala bachmann bailey baker balogh banerjee baptista barajas
barber barbieri barbosa barker barlow barnes barnett baron barros bartlett barton basile bates battaglia bauer baumann
beck becker begum bell bellini beltran benitez bennett benson berger bergmann bergstrom berry bertrand bhatt bianchi
bishop black blanc blanchard blom bocchi boer bogdanov bonnet borges bosch bossi botha bouchard boucher bowen bowman
boyd boyle bradley bradshaw brandt bravo brennan brewer briggs brooks brown brun bruno bryant buchanan bucher bui
burgess burke burns burton bush butler byrne caballero cabrera calderon caldwell calvo cameron camp campbell campos
cano cardenas cardoso carlson carlsson carmona caron carpenter carr carrasco carrillo carroll carson carter caruso
carvalho castillo castro cervantes chan chandler chang chapman charles chatterjee chaudhry chavez chevalier chopra
choudhury christensen christiansen chung clark clarke clement cohen cole coleman collins colombo conte conti contreras
cook cooper coppola cordova correa costa costello cote cox craig crawford cruz cunningham curtis cvetkovic dahl dang
daniels davidson davies davila davis dawson dean deluca deng desai dias diaz dietrich dixon doherty dominguez donnelly
dowd doyle duarte duffy dufour duncan dunn dupont duran durand dvorak eaton edwards egan ekstrom elliott ellis engel
erickson eriksen eriksson escobar espinosa espinoza esposito estrada evans fabbri farkas farrell faure fekete ferguson
fernandes fernandez ferrara ferrari ferreira ferrer ferri fiore fischer fisher fitzgerald fleming flores flynn
fontaine forbes ford forsberg foster fournier fowler fox franco frank franke fraser freitas frey friedman friedrich
fuchs fuentes fujita fuller gagnon gallagher gallardo galli gallo garcia gardner garnier garrett garrison garza
gauthier gentile george gibbs gibson gil gilbert gill gimenez giordano girard giraud giuliani glover goldberg
goldstein gomes gomez goncalves gonzales gonzalez goodman goodwin gordon graf graham grassi gray greco green greene
griffin griffiths groen gross grossi guerin guerra guerrero guillaume gunther gupta gustafsson gutierrez guzman haas
hahn hale hall hamilton hansen hanson hansson harada hardy harper harrington harris harrison hart hartmann harvey
hashimoto hawkins hayashi hayes heikkinen heinonen heinrich henderson henriksen henry hernandez herrera herrmann hess
hicks higgins hoffman hoffmann hofmann holland holm holmes holt hopkins horn horvat horvath houston howard howell
huang huber hudson hughes hunt hunter hussain huynh ibarra ibrahim ikeda inoue iqbal ishii islam ito ivanov ivanova
jackson jacobs jacobsen jacobsson jacquet jager james jankowski jansen janssen jansson jenkins jennings jensen jimenez
johansen johansson johnson johnston jones jordan joseph joshi juarez jung kaiser kang kaplan karlsson kato kaufmann
kaur keller kelley kelly kemp kennedy kerr khan kim kimura king klein knight koch kohler koller kovac kovacs kowalczyk
kowalski kozlov kraus krause kristensen kruger kuhn kumar kurz kuznetsov lachance laine lambert lang lange larsen
larson larsson laurent lavoie lawrence lawson lebedev leblanc leclerc lee lefebvre lefevre legrand lehmann lehtinen
lehtonen lemaire leone leroux leroy levesque levy lewis lim lima lindberg lindgren lindholm lindqvist lindstrom liu
lloyd logan lombardi lombardo long longo lopes lopez lorenz lowe lucas ludwig lujan luna lund lundberg lundgren lutz
lynch maas macdonald machado mackenzie maclean madsen magnusson mahler maier maldonado malik mancini marchand
marchetti mariani marin marino marques marquez marsh marshall martel martens marti martin martinelli martinez martini
martins mason mata matsumoto matthews maurer may mayer maynard mazur mazza mccarthy mccormick mccoy mcdonald mckenna
mclean mcmahon medina mehta meier meijer melnyk mendes mendez mendoza menendez mercier messina meunier meyer mian
michaud michel mikkelsen miller mills miranda mishra mitchell mohamed molina moller monroe montero montgomery moody
moore mora moraes morales moran moreau moreira morel moreno moretti morgan mori morin moro morris morrison morrow moss
moura mulder muller munoz murakami muro murphy murray musa myers nair nakajima nakamura naranjo navarro nelson neri
neumann newman ng nguyen nicholson nicolas nielsen niemi nieminen nieto nilsen nilsson noel nolan norman norris novak
novakova nowak nunes nunez obrien ochoa oconnor ogawa okada okafor okeefe oliveira oliver olivier olsen olson olsson
oneill orlando orozco ortega ortiz osborne oshea otoole owens ozturk pacheco padilla palmer papadopoulos park parker
parra parsons patel paterson patterson paulsen payne peck pedersen pellegrini pena peralta pereira perez perkins
perret perrin perry peters petersen peterson petersson petit petrov petrova pettersson pham phan phillips piazza
picard pichler pieters pinto pires plaza poirier pokorny popescu popov popova porter potter powell powers pratt prieto
prochazka pugh puig quinn quintana raman ramirez ramos ramsay rao rasmussen reed reid reilly reis renard rendon rey
reyes reynolds rhodes ricci riccio richard richards richardson richter riedel rinaldi rios ritter rivas rivera rivers
rizzo roberts robertson robin robinson rocha roche rodgers rodrigues rodriguez rogers rojas roman romano romero rose
ross rossi roth rousseau roussel roux rowe roy rubio rudolf ruggiero ruiz russell russo ryan saavedra sahin saito
sakamoto salas salazar salgado salinas salmon samuelsson sanchez sandberg sanders sandoval sanna santana santiago
santini santoro santos sanz sarkar sasaki sato sauer saunders savage schaefer schafer scherer schmid schmidt schmitt
schmitz schneider scholz schreiber schroder schroeder schubert schulte schultz schulz schumacher schuster schwartz
schwarz scott seidel serra serrano sharma sharp shaw sheehan shepherd sherman shimizu silva silvestri simmons simon
simonsen simpson singh sjoberg smirnov smit smith smits smyth snyder soares sokolov solberg solis sommer sorensen soto
sousa souza spencer stanley steele stein steiner stephens stevens stevenson stewart stokes stone strand suarez
sullivan sundberg sutton suzuki svensson svoboda swanson szabo szilagyi takahashi tan tanaka tang tapia tate taylor
teixeira terry testa thomas thompson thomsen thomson tierney torres toth tran tremblay trujillo tucker turner tyler
ueda vaccaro valdez valencia valentin valenzuela valles vance vandenberg vargas vasquez vaughan vazquez vega velasco
velasquez velazquez vera vidal vieira villa villanueva vincent virtanen visser vitale vogel vogt volkov vos vries
wagner walker wallace walsh walter walters wang ward warner warren watanabe waters watkins watson watts weaver webb
weber webster weiss welch wells wenzel werner west wheeler white whitehead wieczorek wilkins wilkinson williams
williamson willis wilson winkler winter wisniewski wolf wolff wong wood woods woodward wouters wozniak wright wu wyatt
xu yamada yamaguchi yamamoto yamashita yang yates yilmaz young yusuf zamora zapata zhang zhao zhou zhu ziegler
zielinski zimmermann
`;
