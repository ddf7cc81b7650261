import Glibc

/// The letters beyond ASCII that a language is written with, the commonest first.
struct LanguageModel: Sendable {
  /// Its code (ISO 639).
  let code: String
  /// Bits that each of its letters costs.
  private let bits: [UInt32: Double]

  /// Bits of a letter that the language does not have.
  static let foreign = 11.0
  /// Bits by which a capital is dearer than the small letter.
  private static let capital = 1.5

  private init(_ code: String, _ letters: String) {
    self.code = code
    var bits: [UInt32: Double] = [:]
    let scalars = Array(letters.unicodeScalars)
    // Letters of one alphabet fall off slowly, the few extra ones of a Latin alphabet fast.
    let shares = scalars.indices.map { rank in
      scalars.count > 25 ? 1 / (Double(rank) + 8) : 1 / pow(Double(rank) + 1.4, 1.15)
    }
    let all = shares.reduce(0, +)
    for (scalar, share) in zip(scalars, shares) {
      let cost = log2(all / share)
      bits[scalar.value] = min(cost, bits[scalar.value] ?? .infinity)
      for upper in scalar.properties.uppercaseMapping.unicodeScalars where upper.value >= 0x80 {
        if upper != scalar { bits[upper.value] = min(cost + Self.capital, bits[upper.value] ?? 99) }
      }
    }
    self.bits = bits
  }

  /// Bits against it before any word is seen.
  var prior: Double {
    switch code {
    case "fo", "se", "mt", "eo", "cy": 4
    case "ga", "sq", "is", "ca": 1.5
    default: 0
    }
  }

  /// Bits of a letter.
  func bits(_ letter: UInt32) -> Double { bits[letter] ?? Self.foreign }

  /// All that are known; one letter may do for several languages.
  static let all: [LanguageModel] = [
    ("de", "üäößé"), ("fr", "éèêàçôîâûùëïœ"), ("es", "óíáéñúü"), ("pt", "ãçáéóíõêâúôà"),
    ("it", "àèùòéìîüö"), ("nl", "ëéïèöüç"), ("sv", "åäöéü"), ("da", "øåæéöü"), ("fi", "äöåšžé"),
    ("is", "áðíóéæþöúý"), ("fo", "áíóúýæðø"), ("et", "äõüöšž"), ("hu", "áéóőöíüúű"),
    ("pl", "łąęóśżćńź"), ("cs", "íáéěřšžčůýúťďňó"), ("sk", "áíýčšžťéúľôňďóĺŕä"), ("sl", "čšž"),
    ("hr", "čšžćđ"), ("ro", "ăîâşţșț"), ("tr", "ıüşçöğİâî"), ("lt", "ėšžįūųąčę"),
    ("lv", "āīšēūņčļžģķ"), ("sq", "ëç"), ("ca", "àèéíòóúïüç"), ("mt", "żħġċàùòì"),
    ("eo", "ĉĝĥĵŝŭ"), ("cy", "âêîôûŵŷáëï"), ("ga", "áéíóú"), ("se", "áčđŋšŧž"),
    (
      "vi",
      "\u{301}\u{300}\u{323}\u{309}\u{303}đưôơêâăàáéèóòúùíìýãõ"
    ),
    ("ru", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"), ("uk", "оаинвіетрсклмудпяьзгбчхйцжїшєюфщґ"),
    ("be", "аніеосрялкдўтвзмыупцьбгжчшёйюэхф"), ("bg", "аеиотнрсвлкдпмзбуяъгчшцйжщхюфь"),
    ("sr", "аиоенрстквдјупмлзбгшцчжхљћњђџф"), ("mk", "аоиентрвсдклпмузјгбчшцжхѓќѕљњџф"),
    ("el", "αοιετσνηυρπκμλςωγίάόέήδύχθώβφξζψϊϋ"),
    ("he", "יוהלארמבתנשדקכםחפעטגצסזךןףץ"),
    ("ar", "ايلمنرتوبةعدسفهكقحجشطصزخغذثضظءأإآىئؤ"),
    ("fa", "انیردهمتسويلبکكشگعزقخفپجحغطژصچآثضذظئء\u{200c}"),
    (
      "th",
      "านรอกเง่มยลวดทสตะัปบ้คีิหแจพชไข์ใโผืึูุ็ถธซศณฟญษภฉฎฐฏฌฑฒฆฮๆ"
    ),
  ].map { LanguageModel($0.0, $0.1) }
}

/// Characters of East Asian text by how common they are.
enum EastAsianModel {
  /// Bits of a character; those of writing that the common lists hold are cheap.
  static func bits(_ scalar: UInt32) -> Double {
    switch scalar {
    case 0xFFFD: return 30
    case 0x3041...0x3096, 0x30FC: return 3
    case 0x30A1...0x30FA: return 3.7
    case 0x3000...0x303F: return 6
    case 0xFF01...0xFF5E: return 6
    case 0xFF61...0xFF9F: return 8
    case 0x4E00...0x9FFF: return commonHan.contains(scalar) ? 5.2 : 9.5
    case 0xAC00...0xD7A3: return commonHangul.contains(scalar) ? 4.5 : 8
    case 0xE000...0xF8FF: return 16
    case 0x80..<0xA0: return 16
    default: return 10
    }
  }

  private static let commonHan: Set<UInt32> = Set(
    """
    的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经\
    么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知\
    全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度\
    门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务\
    做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记\
    南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运币元货税省县镇街号码价银行客户店卡尔亚巴马里\
    這個們來為國說時會對過發後經麼學現當沒動還進樣從實軍無與長機開關點業將兩間問戰頭體見產變總電數報結論處義條氣題爾別給員東聲\
    圓幣貨稅縣鎮號碼價銀語島亞羅蘭聯邦門灣華馬臺灣區廣場團銷訂單買賣額總計數據庫時間\
    日本語円年月東京都府県市区町村社会議事業部長経営者関連合計金額数量単価品番顧客氏名前住所電話番号郵便店舗商取引先銀行支座振込\
    株式有限会社様御中島諸国共和連邦領旧新世界大陸英米仏独伊露中韓台湾香港
    """.unicodeScalars.map(\.value)
  )

  private static let commonHangul: Set<UInt32> = Set(
    """
    이다는의에가을하고로은지사한어도기나를리아자대시그인정해서들보일수전라부스장상지주제만성유구여원과국공오연면소무조마비동\
    게경우안영신할모생학있없것해당선관계중화세내미발회적교요반진드니방산치개실금문단음물결실용식양남북년월일시분초거래제품명가격\
    번호주소전화고객이름합계총액수량달러파운드엔위안페소프랑루블어족말란드르크트카타바하파차싱가포르티베트네덜란스페인독일프랑스러
    """.unicodeScalars.map(\.value)
  )
}
