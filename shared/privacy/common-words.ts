/**
 * Words that everybody types and every page shows: typed alone they tell nothing, and taking them out would take names off
 * controls. In compact form.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `about above account accounts action actions active admin after again alert alerts all also apply april archive article articles asset august
author away back badge balance bank basic been before begin billing blog blue board body book books both browse build business button call cancel card cart
case category change changes chart chat check clear click client close code color comment comments common company compare complete config confirm connect
contact content continue copy cost count country create current custom customer customers dark dashboard data date days debug december default delete demo deploy
description design detail details device dialog display document documents done down download draft drop each east edit editor email empty enable english enter
entry error errors event events example expand export false family favorite feature february feed feedback field file files filter find first folder follow font
footer form forum found free friday from full function general german global good google graph great green grid group groups guest guide have header hello
help here hidden high history home host hour hours house icon image images import inbox index info input insert install invoice item items january join july
june just keep label language last late latest learn left less level library light like limit link links list live load loading local location lock login logo logout long
look main make manage manager march mark market media member members menu message messages mobile mode model monday money month more most move music name
names need never news next none north note notes november number october offer office once online only open option options order orders other over overview
owner page pages paid panel partner password paste payment people phone photo photos pick place plan play please plus point policy popular post posts power preview
previous price print privacy private problem process product products profile profiles project projects property public publish query question quick quit read ready
recent record region register release reload remove rename reply report reports request required reset restore result results retry return review right role roles room
sales same sample saturday save saved scan schedule school score screen search section security select send sent september server service services session settings setup
share shipping shop short show sign signin signup simple site size skip sort source south stage standard start state status stop store street style submit
subject subscribe success summary sunday support switch system table tags task tasks team teams templates terms test testing text thank thanks that theme then there they thing this
thursday ticket tickets time title today together token tool tools topic total track trial true tuesday turn type undo unit until update upload user username users value
version video view visit wait want warning watch website wednesday week weeks welcome well west what when where which white will window with work world
write wrong year years yellow yesterday your zoom`.split(/\s+/),
);
