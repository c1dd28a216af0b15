/** Given names that are also words, places or things: they count only with something else of a name beside them. */
export const AMBIGUOUS_GIVEN_NAMES = `
abel ace adelaide alexandria alva amber angel anh anton april art asher aspen astor aubrey august augusta aurora
austin autumn ava bai bao basil beau belle bill bin blair blaise blake bo brandy brock brook brooke brooklyn buck bud
buddy cade carey carol carolina carson carter case cash celeste chad chance charity charlotte chase chelsea chen cheng
cherry chester chi chip christ christian christy chuck clay clem clement cliff clint colby cole colt cooper coral
corbin crystal dahlia daisy dakota dale dallas dana dane daria dario dawn dax del della denver destiny dick dillon
dino dolly don dong drew duc duke dung dusty earl easton eden elba eli elm else esme eve faith fang fay feng fern
fidel fleur flint flo florence ford forrest foster fox francia gale gang garnet garth gay gene geo georgia giang gilda
ginger ginny glory grace grant gray grayson guadalupe guo gus guy hai hal han hana hao harley harmony harper haven
heath heather henna hero hoa holly homer honey hong hope hoyt hua huda hudson hui hunter huong ike iman ina india io
ion ira iris isa israel ivy jace jack jackson jade jaden jan jane jasmine jay jean jess jesus jet jewel jia jian jie
jin jing jo job jody jolly joon jordan joy judah julep jun june justice kai kali kane kang karma kat kay ke khanh king
kit lacey lake lan lance lane lark laurel lea lei les li lian liberty lies lily lin lincoln line ling linh liv loan
logan london long lot lourdes love lu lucky luna luz mac mack macy madison mai maj major manny marina mark marlin
marsh marshall martin mason maverick max may maya mckenzie mei melody mercy merle merry milan miles min ming minh
misty modesto montana morgan na nam nash nat nevada nga nhung nick ning noble noor norm nour nova oak ocean oda odd
olive opal page paige pal paris parker pascal pat patience patsy peace pearl peer peng penny peony per percy pet
phuong pierce ping pip piper poppy porter preston prince princess prudence qi qiang qing quan quill rain ran randy ray
rebel red reed reese regis reid rex rich ripley river rob robin rocky roman romana rong rose rosemary ross rowan roy
royal ruby rue rush rusty ryder saga sage sakura salvador sandy santana santiago sari savanna savannah sawyer scout
selby serenity seung shan shay shea shelby sid sienna sierra signe simba siv sky skye skyler sofa sofia sol son sonny
soo spencer star stein sterling stone storm sue summer sun sung sunny sydney tanner tao tate tatum tenzin terra thanh
thao theo thi thor thu tiger till timber tor trang trent trinity trip tripp troy tuan tucker ty valentine valery van
vance verity vic victor victoria vince violet virgil virginia vivo vy wade walker ward webb wei wen west will willow
winston wolf woo woody wren xi xia xiang xiao xin xing xue yan yang yi ying yong young yu yun zane zen zhen zheng zhi
zion
`;
