/// Months and days of the week as Unicode's CLDR has them (babel 2.18.0).
///
/// Written by `tools/month-words`; not to be changed by hand.
enum MonthWords {
  /// The words of each month, small letters, without the point of abbreviations.
  static let months = [
    """
    ean eanáir ene enero gen gener gennaio ian ianuarie ion ionawr jaan jaanuar jan janaayo \
    janar janeiro jannaayo januar januari januarie january januwari január januára janv \
    janvier janvāris janúar jän jänner led leden ledna oca ocak saus sausio sausis sij \
    siječanj siječnja sty styczeń stycznia tammi tammikuu tammikuuta urt urtarrila xan xaneiro \
    yan yanvar ýan ýanwar ιαν ιανουάριος ιανουαρίου сту студзень студзеня січ січень січня янв \
    январ январь января яну януари јан јанвар јануар јануари қаң қаңтар հնվ հունվար հունվարի \
    ינואר جانفي جانواري جنو جنوري جنوری قاڭتار يناير ژانویه ژانویهٔ जन जनवरी जाने जानेवारी \
    জানু জানুয়ারী জানুৱাৰী ਜਨ ਜਨਵਰੀ જાન્યુ જાન્યુઆરી ଜାନୁଆରୀ ஜன ஜனவரி జన జనవరి ಜನ ಜನವರಿ ജനു \
    ജനുവരി ජන ජනවාරි มกราคม ມັງກອນ ဇန် ဇန်နဝါရီ იან იანვარი ጃን ጃንዋሪ មករា 一月 𐐾𐐰𐑌 𐐾𐐰𐑌𐐷𐐭𐐯𐑉𐐨
    """,
    """
    chw chwef chwefror feabh feabhra feb febbraio febr febraayo febreiro febrer febrero \
    februar februari februarie february februwari február februára februāris febrúar fev \
    fevereiro fevral few fewral fév févr février helmi helmikuu helmikuuta lut lutego luty ots \
    otsaila peb pebrero shk shkurt vas vasario vasaris veebr veebruar velj veljača veljače úno \
    únor února şub şubat φεβ φεβρουάριος φεβρουαρίου ақп ақпан лют лютага лютий лютого люты \
    феб фебруар фев февр феврал февраль февраля февруари փետրվար փետրվարի փտվ פברואר اقپان \
    شباط فبر فبراير فبروري فبروری فروری فوریه فوریهٔ فيبروري فيبواري فيفري فېبروري फर फ़रवरी \
    फेबरवरी फेब्रु फेब्रुअरी फेब्रुवारी ফেব ফেব্রুয়ারী ফেব্ৰু ফেব্ৰুৱাৰী ਫ਼ਰ ਫ਼ਰਵਰੀ ફેબ્રુ \
    ફેબ્રુઆરી ଫେବୃଆରୀ பிப் பிப்ரவரி ఫిబ్ర ఫిబ్రవరి ಫೆಬ್ರ ಫೆಬ್ರವರಿ ഫെബ്രു ഫെബ്രുവരി පෙබ \
    පෙබරවාරි กุมภาพันธ์ ກຸມພາ ဖေ ဖေဖော်ဝါရီ თებ თებერვალი ፌብ ፌብሩዋሪ កុម្ភៈ 二月 𐑁𐐯𐐺 𐑁𐐯𐐺𐑉𐐭𐐯𐑉𐐨
    """,
    """
    bře březen března kov kovas kovo maalis maaliskuu maaliskuuta maarso maart mac machi mar \
    marca march marec maret mars marso mart martie marts martxoa marzec marzo març março mas \
    mashi maw mawrth mrt márc március márta mär märts märz ožu ožujak ožujka μάρ μάρτιος μαρ \
    μαρτίου бер березень березня мар март марта нау наурыз сак сакавік сакавіка մարտ մարտի մրտ \
    מרץ آذار مار مارس مارچ مچ ناۋرىز मार्च मार्चु মার্চ মাৰ্চ ਮਾਰਚ માર્ચ ମାର୍ଚ୍ଚ மார் மார்ச் \
    మార్చి ಮಾರ್ಚ್ മാർ മാർച്ച് මාර් මාර්තු มีนาคม ມີນາ မတ် მარ მარტი ማርች មីនា 三月 𐑋𐐪𐑉 𐑋𐐪𐑉𐐽
    """,
    """
    abr abriil abril aib aibreán api apirila apr aprel april aprile aprili aprilie aprill \
    apríl apríla aprīlis avr avril bal balandis balandžio dub duben dubna ebr ebrill eph \
    ephreli huhti huhtikuu huhtikuuta kwi kwiecień kwietnia nis nisan pri prill tra travanj \
    travnja ápr április απρ απρίλιος απριλίου апр апрел апрель апреля април квіт квітень \
    квітня кра красавік красавіка сәу сәуір ապր ապրիլ ապրիլի אפריל ءساۋىر آوریل أبريل أفريل \
    إبريل اپر اپريل اپریل اڤريل نيسان अप्रिल अप्रेल अप्रै अप्रैल एप्रि एप्रिल এপ্রি এপ্রিল \
    এপ্ৰিল ਅਪ੍ਰੈ ਅਪ੍ਰੈਲ એપ્રિલ ଅପ୍ରେଲ ஏப் ஏப்ரல் ఏప్రి ఏప్రిల్ ಏಪ್ರಿ ಏಪ್ರಿಲ್ ഏപ്രി ഏപ്രിൽ \
    เมษายน ເມສາ ဧပြီ აპრ აპრილი ኤፕሪ ኤፕሪል មេសា 四月 𐐩𐐹𐑉 𐐩𐐹𐑉𐐮𐑊
    """,
    """
    beal bealtaine geg gegužė gegužės kvě květen května maayo mag maggio mai maiatza maig \
    maijs maio maj maja may mayo mayıs maí maý mei mey meyi máj mája május svi svibanj svibnja \
    touko toukokuu toukokuuta μάι μάιος μαΐ μαΐου май мам мамыр мая мај тра трав травень \
    травня траўня մայիս մայիսի մյս מאי أيار مئ مئي مئی مامىر ماي مايو مه مهٔ مي می مۍ मई मे মে \
    ਮਈ મે ମଇ மே మే ಮೇ മേയ് මැයි พฤษภาคม ພຶດສະພາ မေ მაი მაისი ሜይ ឧសភា 五月 𐑋𐐩
    """,
    """
    birž birželio birželis cze czerwca czerwiec eka ekaina giu giugno haz haziran hun hunyo \
    iun iunie iyn iyun iýun jui juin jun june junho juni junie junij junio juny juun juuni jún \
    júna június júní jūn jūnijs kesä kesäkuu kesäkuuta lipanj lipnja meh mehefin meith \
    meitheamh qer qershor xuño červen června čvn ιουν ιουνίου ιούν ιούνιος июн июнь июня ијн \
    ијун мау маусым черв червень червня чэр чэрвень чэрвеня юни јун јуни հնս հունիս հունիսի \
    יוני جوان جون حزيران ماۋسىم يونيو ژوئن जुन जून জুন ਜੂਨ જૂન ଜୁନ ஜூன் జూన్ ಜೂನ್ ജൂൺ ජූනි \
    มิถุนายน ມິຖຸນາ ဇွန် ივნ ივნისი ጁን មិថុនា 六月 𐐾𐐭𐑌
    """,
    """
    gor gorff gorffennaf heinä heinäkuu heinäkuuta hul hulyo iul iulie iyl iyul iúil iýul juil \
    juill juillet jul julai julayi julho juli julie julij julio juliol july juuli júl júla \
    július júlí jūl jūlijs korr korrik liep liepa liepos lipca lipiec lug luglio lul luulyo \
    srpanj srpnja tem temmuz uzt uztaila xul xullo července červenec čvc ιουλ ιουλίου ιούλ \
    ιούλιος июл июль июля ијл ијул лип липень липня ліп ліпень ліпеня шіл шілде юли јул јули \
    հլս հուլիս հուլիսի יולי تموز جول جولاءِ جولائی جولاي جولای جويلية شىلدە يوليو يوليوز ژوئیه \
    ژوئیهٔ जु जुला जुलाई जुलै জুল জুলাই ਜੁਲਾ ਜੁਲਾਈ જુલાઈ ଜୁଲାଇ ஜூலை జులై ಜುಲೈ ജൂലൈ ජූලි \
    กรกฎาคม ກໍລະກົດ ဇူ ဇူလိုင် ივლ ივლისი ጁላይ កក្កដា 七月 𐐾𐐭𐑊 𐐾𐐭𐑊𐐴
    """,
    """
    abu abuztua ag aga agasti ago agost agosti agosto agu agustus août aug august augusta \
    augusti augusts augustus augusztus avg avgust avq avqust awg awgust awst ağu ağustos elo \
    elokuu elokuuta gush gusht kol kolovoz kolovoza lún lúnasa ogo ogos ogosto ogs rugp \
    rugpjūtis rugpjūčio sie sierpień sierpnia srpen srpna ágú ágúst αυγ αυγούστου αύγ \
    αύγουστος αὐγ αὐγούστου αὔγουστος авг август августа ауг аугуст жні жнівень жніўня серп \
    серпень серпня там тамыз օգոստոս օգոստոսի օգս אוגוסט آب آگسٽ أغسطس أغشت أوت اوت اګست اگس \
    اگست تامىز غشت ݢوس अग अगस्ट अगस्त आगस्ट ऑग ऑगस्ट আগ আগষ্ট আগস্ট ਅਗ ਅਗਸਤ ઑગસ્ટ ଅଗଷ୍ଟ ஆக \
    ஆகஸ்ட் ఆగ ఆగస్టు ಆಗ ಆಗಸ್ಟ್ ഓഗ ഓഗസ്റ്റ് අගෝ අගෝස්තු สิงหาคม ສິງຫາ ဩဂုတ် აგვ აგვისტო ኦገስ \
    ኦገስት សីហា 八月 𐐪𐑀 𐐪𐑀𐐲𐑅𐐻
    """,
    """
    eyl eylül ira iraila medi mfómh rugs rugsėjis rugsėjo ruj rujan rujna seb sebteembar \
    sebtembar sen sentabr sentyabr sentýabr sep sept septemba septembar september septembra \
    septembre septembrie septembris septhemba septiembre set setembre setembro setiembre \
    settembre setyembre sht shtator syys syyskuu syyskuuta szept szeptember wrz wrzesień \
    września zář září σεπ σεπτέμβριος σεπτεμβρίου вер верасень верасня верасьня вересень \
    вересня сен сент сентябр сентябрь сентября сентјабр сеп септ септембар септември қыр \
    қыркүйек սեպ սեպտեմբեր սեպտեմբերի ספטמבר أيلول سبتمبر ستمبر سيپٽمبر سيڤتيمبر سپت سپتامبر \
    سپتمبر سېپتمبر شتمبر شتنبر قىركۇيەك सप्टे सप्टें सप्टेंबर सितंबर सेप्टेम्बर ছেপ্তে \
    ছেপ্তেম্বৰ সেপ সেপ্টেঃ সেপ্টেম্বর ਸਤੰ ਸਤੰਬਰ સપ્ટે સપ્ટેમ્બર ସେପ୍ଟେମ୍ବର செப் செப்டம்பர் \
    సెప్టెం సెప్టెంబర్ ಸೆಪ್ಟೆಂ ಸೆಪ್ಟೆಂಬರ್ സെപ്റ്റം സെപ്റ്റംബർ සැප් සැප්තැම්බර් กันยายน ກັນຍາ \
    စက် စက်တင်ဘာ სექ სექტემბერი ሴፕቴ ሴፕቴምበር កញ្ញា 九月 𐑅𐐯𐐹 𐑅𐐯𐐹𐐻𐐯𐑋𐐺𐐲𐑉
    """,
    """
    dfómh eki ekim hyd hydref loka lokakuu lokakuuta oct october octobre octombrie octubre okt \
    oktabr okthoba oktoba oktobar oktober oktobris oktoobar oktoober oktubre oktyabr október \
    októbra oktýabr ott ottobre out outubro paź październik października spal spalio spalis \
    tet tetor urr urria říj říjen října οκτ οκτωβρίου οκτώβριος жовт жовтень жовтня кас \
    кастрычнік кастрычніка окт октобар октомври октябр октябрь октября октјабр қаз қазан հոկ \
    հոկտեմբեր հոկտեմբերի אוקטובר آڪٽوبر أكتوبر اوکتوبر اکت اکتبر اکتوبر قازان अक्टूबर अक्टोबर \
    आक्टोबर ऑक्टो ऑक्टोबर অক্টো অক্টোঃ অক্টোবর অক্টোবৰ ਅਕਤੂ ਅਕਤੂਬਰ ઑક્ટો ઑક્ટોબર ଅକ୍ଟୋବର அக் \
    அக்டோபர் అక్టో అక్టోబర్ ಅಕ್ಟೋ ಅಕ್ಟೋಬರ್ ഒക്ടോ ඔක් ඔක්තෝබර් ตุลาคม ຕຸລາ အောက် အောက်တိုဘာ ოქტ \
    ოქტომბერი ኦክቶ ኦክቶበር តុលា ὀκτ ὀκτωβρίου ὀκτώβριος 十月 𐐱𐐿𐐻 𐐱𐐿𐐻𐐬𐐺𐐲𐑉
    """,
    """
    aza azaroa kas kasım lapkr lapkritis lapkričio listopadu marras marraskuu marraskuuta nob \
    nobyembre nof noiembrie noofeembar nov novemba novembar november novembra novembre \
    novembris novembro noviembre noy noyabr noý noýabr nën nëntor nóv nóvember samh samhain \
    stu studeni studenoga tach tachwedd νοέ νοέμβριος νοε νοεμβρίου лист листопад листопада \
    ліс лістапад лістапада нов новембар ное ноември ноя нояб ноябр ноябрь ноября ној нојабр \
    қар қараша նոյ նոյեմբեր նոյեմբերի נובמבר قاراشا نوامبر نوفمبر نوم نومبر نونبر نوۏيمبر नवं \
    नवंबर नोभेम्बर नोव्हें नोव्हेंबर নভে নভেঃ নভেম্বর নৱে নৱেম্বৰ ਨਵੰ ਨਵੰਬਰ નવે નવેમ્બર \
    ନଭେମ୍ବର நவ நவம்பர் నవం నవంబర్ ನವೆಂ ನವೆಂಬರ್ നവം നവംബർ නොවැ නොවැම්බර් พฤศจิกายน ພະຈິກ နို \
    နိုဝင်ဘာ ნოე ნოემბერი ኖቬም ኖቬምበር វិច្ឆិកា 十一月 𐑌𐐬𐑂 𐑌𐐬𐑂𐐯𐑋𐐺𐐲𐑉
    """,
    """
    abe abendua ara aralık dec decembar december decembra decembrie decembris decembro dek \
    dekabr des desemba desember desembre dets detsember dez dezember dezembro dhj dhjetor dic \
    dicembre diciembre dis diseembar disemba disember disyembre déc décembre gru grudnia \
    grudzień gruod gruodis gruodžio joulu joulukuu joulukuuta noll nollaig pro prosinac \
    prosinca prosince prosinec rhag rhagfyr δεκ δεκέμβριος δεκεμβρίου груд грудень грудня дек \
    декабр декабрь декабря декември дец децембар жел желтоқсан сне снежань снежня сьн сьнежань \
    сьнежня դեկ դեկտեմբեր դեկտեմբերի דצמבר جەلتوقسان دجمبر دجنبر دسامبر دسم دسمبر ديسمبر \
    ديسيمبر ڊسمبر डिसं डिसंबर डिसें डिसेंबर डिसेम्बर दिसंबर ডিচে ডিচেম্বৰ ডিসে ডিসেঃ ডিসেম্বর \
    ਦਸੰ ਦਸੰਬਰ ડિસે ડિસેમ્બર ଡିସେମ୍ବର டிச டிசம்பர் డిసెం డిసెంబర్ ಡಿಸೆಂ ಡಿಸೆಂಬರ್ ഡിസം ഡിസംബർ \
    දෙසැ දෙසැම්බර් ธันวาคม ທັນວາ ဒီ ဒီဇင်ဘာ დეკ დეკემბერი ዲሴም ዲሴምበር ធ្នូ 十二月 𐐼𐐨𐑅 𐐼𐐨𐑅𐐯𐑋𐐺𐐲𐑉
    """,
  ]

  /// The words of the days of the week.
  static let weekdays = [
    """
    ahad ahd al alhamisi an ann anna antradienis aoine ar arbaco arbc asteartea asteazkena \
    astelehena axad axd az bazar bil biy biyernes budh budhwaar ceturtd ceturtdiena chor \
    chorshanba cmt cn cs csütörtök cum cuma cumartesi czw czwartek céad cümə dc dg di die \
    dienstag dijous dilluns dim dimanche dimarts dimecres dinsdag dissabte diumenge divendres \
    dj dl do dom domenica domh domingo donderdag donnerstag ds dt dum duminică dush dushanba \
    duş duşenbe dv déar déardaoin enj esmaspäev fim fimmtudagur fr fre fredag freitag fri \
    friday fös föstudagur gio giovedì guru guruwaar gwe gwen hla huw huwebes hétfő hën iau ig \
    igandea ijumaa isn isniin isnin isonto jeu jeudi jimco jmc joi jue jueves jum juma jumaat \
    jumamosi jumanne jumapili jumat jumatano jumatatu kam kamis ke kedd keskiviikko \
    keskiviikkona ketvirtadienis kha khamiis khamis khms kolmapäev kt la larunbata lau \
    lauantai lauantaina laugardagur laupäev laurdag lin linggo llun lr luan lun lundi lunedì \
    lunes luni luns lör lördag lør lørdag ma maanantai maanantaina maandag man mandag mangal \
    mangalwaar mardi martedì martes marți mer mercoledì mercredi mgq mi mie miercuri min \
    minggu mittwoch miy miyerkules mié miércoles mið miðvikudagur mo mon monday montag mso \
    máirt mán mánudagur må mån måndag mér mércores mër ne ned nedelja nedeľa nedjelja neděle \
    neljapäev niedz niedziela og on ons onsdag or osteguna ostirala otrd otrdiena pay \
    payshanba paz pazar pazartesi pe pen penktadienis penşenbe per perjantai perjantaina \
    perşembe pet petak petek pi piatok piektd piektdiena pirmadienis pirmd pirmdiena piątek pn \
    po pon pondelok pondělí ponedeljak ponedeljek ponedjeljak poniedziałek pr pre pt pzt pá \
    pátek péntek pühapäev qua quarta qui quinta rab rabu ravi raviwaar reede sa sab sabado \
    sabato sabti sabtu sad sal salı sam samedi samstag sat saterdag sath saturday sbti seg \
    segunda sekmadienis sel selasa senin sesh seshanba sestd sestdiena sex sexta shan shanba \
    shani shaniwaar shukra shukrawaar sin siş sişenbe sk so sob sobota som somwaar son sondag \
    sonntag sre sreda sri srijeda st streda středa su sub subota sul sun sunday sunnudagur \
    sunnuntai svētd svētdiena sze szerda szo szombat sáb sábado sâm sâmbătă sön söndag sø søn \
    søndag talaado teisipäev ter terça tha thu thursday ti tiistai tiistaina tir tirs tirsdag \
    tis tisdag tldo to tor torek tors torsdag torstai torstaina tr trečiadienis trešd \
    trešdiena tue tuesday ty tys tysdag ulwesibili ulwesihlanu ulwesine ulwesithathu umgqibelo \
    umsombuluko ut uto utorak utorok vasárnap ven vendredi venerdì venres vie viernes vin \
    vineri vr vrijdag vrydag wed wednesday wo woensdag wt wtorek xov xoves yak yakshanba za \
    zaterdag zo zondag çar çarşamba çarşenbe çərşənbə út úterý ýek ýekşenbe þri þriðjudagur \
    čet četrtek četvrtak čt čtvrtek śr środa şen şenbe şənbə šeštadienis št štvrtok δευ \
    δευτέρα κυρ κυριακή πέμ πέμπτη παρ παρασκευή σάβ σάββατο τετ τετάρτη τρί τρίτη аў аўт \
    аўторак ба баасан базар бейсенбі бейш бейшемби бс бя бямба воскресенье вс вт вто вторник \
    вівторок да даваа дс душ душанба дүй дүйсенбі дүйшөмбү жек жексенбі жекшемби жм жс жум \
    жума жұма ишемби ишм лх лхагва мя мягмар нд нед недела неделя недеља неділя недјеља ня няд \
    нядзеля ням пʼятниця пай пайшанба пан панядзелак пет петак петок петък пн пон понеделник \
    понедельник понедељак понеділок понедјељак пт пят пятница пятніца пү пүрэв саб сабота сб \
    сейсенбі сенбі сер серада середа сеш сешанба ср сре среда сри сриједа сряда сс суб суббота \
    субота събота сәрсенбі уто уторак чац чацвер чацьвер чет четвер четверг четвртак четврток \
    четвъртък чор чоршанба чт чц чәршәнбә шан шанба шарш шаршемби шейш шейшемби шәнбә якш \
    якшанба ҹүмә երեքշաբթի երկ երկուշաբթի երք կիր կիրակի հինգշաբթի հնգ շաբաթ շբթ ուր ուրբաթ \
    չորեքշաբթի չրք שבת آچر اتوار اثنين احد اربع الأحد الأربعاء الاثنين الثلاثاء الجمعة الخميس \
    السبت اونۍ اڱارو بدھ بُدھ بەي بەيسەنبى ثلاث جمعة جمعرات جمعه جمعو جمعہ جۇم جۇما جەك \
    جەكسەنبى خميس درېنۍ دوشنبه دونۍ دۇي دۇيسەنبى رابو سار سارسەنبى سبتو سومر سەن سەنبى سەي \
    سەيسەنبى شنبه منگل يونۍ پنجشنبه پينځنۍ پیر څلرنۍ چهارشنبه ڇنڇر ہفتہ یکشنبه आइत आइतबार आर्त \
    आर्तवार गुरु गुरुवार छंछ छंछर जुम जुमो बिहि बिहिबार बुध बुधबार बुधवार बु॒ध मं मंग मंगल \
    मंगलवार मंगलु मंगळ मंगळवार मङ्गल मङ्गलबार रवि रविवार विस विस्पत शनि शनिबार शनिवार शुक्र \
    शुक्रबार शुक्रवार सू सूमर सोम सोमबार सोमवार ॿुधर দেও দেওবাৰ বুধ বুধবার বুধবাৰ বৃহ বৃহস্পতি \
    বৃহস্পতিবার বৃহস্পতিবাৰ মঙ্গল মঙ্গলবার মঙ্গলবাৰ রবি রবিবার শনি শনিবার শনিবাৰ শুক্র \
    শুক্রবার শুক্ৰ শুক্ৰবাৰ সোম সোমবার সোমবাৰ ਐਤ ਐਤਵਾਰ ਬੁੱਧ ਬੁੱਧਵਾਰ ਮੰਗਲ ਮੰਗਲਵਾਰ ਵੀਰ ਵੀਰਵਾਰ \
    ਸ਼ਨਿੱਚਰ ਸ਼ਨਿੱਚਰਵਾਰ ਸ਼ੁੱਕਰ ਸ਼ੁੱਕਰਵਾਰ ਸੋਮ ਸੋਮਵਾਰ ગુરુ ગુરુવાર બુધ બુધવાર મંગળ મંગળવાર રવિ \
    રવિવાર શનિ શનિવાર શુક્ર શુક્રવાર સોમ સોમવાર ଗୁରୁ ଗୁରୁବାର ବୁଧ ବୁଧବାର ମଙ୍ଗଳ ମଙ୍ଗଳବାର ରବି \
    ରବିବାର ଶନି ଶନିବାର ଶୁକ୍ର ଶୁକ୍ରବାର ସୋମ ସୋମବାର சனி செவ் செவ்வாய் ஞாயி ஞாயிறு திங் திங்கள் புத \
    புதன் வியா வியாழன் வெள் வெள்ளி ఆది ఆదివారం గురు గురువారం బుధ బుధవారం మంగళ మంగళవారం శని \
    శనివారం శుక్ర శుక్రవారం సోమ సోమవారం ಗುರು ಗುರುವಾರ ಬುಧ ಬುಧವಾರ ಭಾನು ಭಾನುವಾರ ಮಂಗಳ ಮಂಗಳವಾರ ಶನಿ \
    ಶನಿವಾರ ಶುಕ್ರ ಶುಕ್ರವಾರ ಸೋಮ ಸೋಮವಾರ ചൊവ്വ ചൊവ്വാഴ്ച ഞായർ തിങ്കൾ ബുധൻ വെള്ളി വ്യാഴം ശനി අඟහ \
    අඟහරුවාදා ඉරිදා බදාදා සඳුදා සිකු සිකුරාදා සෙන සෙනසුරාදා พฤ วันจันทร์ วันพฤหัสบดี วันพุธ \
    วันศุกร์ วันอังคาร วันอาทิตย์ วันเสาร์ อา ຈັນ ພະຫັດ ພຸດ ວັນຈັນ ວັນພະຫັດ ວັນພຸດ ວັນສຸກ \
    ວັນອັງຄານ ວັນອາທິດ ວັນເສົາ ສຸກ ອັງຄານ ອາທິດ ເສົາ ကြာသပတေး စနေ တနင်္ဂနွေ တနင်္လာ ဗုဒ္ဓဟူး \
    သောကြာ အင်္ဂါ კვი კვირა ოთხ ოთხშაბათი ორშ ორშაბათი პარ პარასკევი სამ სამშაბათი შაბ შაბათი \
    ხუთ ხუთშაბათი ሐሙስ ማክሰ ማክሰኞ ረቡዕ ሰኞ ቅዳሜ እሑድ ዓርብ ចន្ទ ច័ន្ទ ពុធ ព្រហ ព្រហស្បតិ៍ សុក្រ សៅរ៍ \
    អង្គារ អាទិត្យ ᠨᠢ ᠪᠠ ᠪᠠᠰᠠᠩ ᠪᠢᠮ ᠪᠢᠮᠪᠠ ᠫᠥᠷ ᠫᠦᠷ ᠫᠦᠷᠪᠦ ᠮᠢᠠᠠᠮᠠᠷ ᠮᠢᠭ ᠲᠠ ᠳᠠ ᠳᠠᠸᠠ ᡀᠠ ᡀᠠᠭᠪᠠ 周一 周三 \
    周二 周五 周六 周四 周日 土曜日 日曜日 星期一 星期三 星期二 星期五 星期六 星期四 星期日 月曜日 木曜日 水曜日 火曜日 週一 週三 週二 週五 週六 週四 週日 \
    金曜日 금요일 목요일 수요일 월요일 일요일 토요일 화요일 𐐶𐐯𐑌 𐐶𐐯𐑌𐑆𐐼𐐩 𐐻𐐭𐑆 𐐻𐐭𐑆𐐼𐐩 𐑁𐑉𐐴 𐑁𐑉𐐴𐐼𐐩 𐑃𐐲𐑉 𐑃𐐲𐑉𐑆𐐼𐐩 𐑅𐐰𐐻 𐑅𐐰𐐻𐐲𐑉𐐼𐐩 𐑅𐐲𐑌 \
    𐑅𐐲𐑌𐐼𐐩 𐑋𐐲𐑌 𐑋𐐲𐑌𐐼𐐩
    """
  ]
}
