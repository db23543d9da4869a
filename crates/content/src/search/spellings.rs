//! The one table of letters that a search reads alike, beyond NFKC and case.
//!
//! Every entry replaces one letter by one letter, or removes it, whatever stands beside it. So a
//! part of a text folds as it does inside the text.

use std::sync::LazyLock;

/// Kanji with their usual form: pairs of the rarer and the usual letter.
///
/// Sources, in the order of the table:
///
/// - The old forms in brackets in the Jōyō kanji table (常用漢字表, Cabinet notification 2 of 2010).
/// - The ten kanji that JIS X 0213:2004 added beside a simplified form, and 塡 and 頰 of the Jōyō
///   table, which keyboards rarely give.
/// - Chosen by hand: letters of names for which people type the usual letter, such as 髙 and 高.
///   Unihan (UAX 38) lists pairs of this kind as `kSemanticVariant` or `kZVariant`.
const KANJI: &[&str] = &[
    "亞亜惡悪壓圧圍囲醫医爲為壹壱隱隠榮栄營営衞衛驛駅圓円鹽塩緣縁應応歐欧毆殴櫻桜奧奥橫横溫温穩穏",
    "假仮價価畫画會会壞壊懷懐繪絵槪概擴拡殼殻覺覚學学嶽岳樂楽卷巻陷陥勸勧寬寛關関歡歓觀観顏顔歸帰",
    "氣気龜亀僞偽戲戯犧犠舊旧據拠擧挙虛虚峽峡挾挟狹狭鄕郷曉暁區区驅駆勳勲薰薫徑径惠恵溪渓經経繼継",
    "莖茎螢蛍輕軽鷄鶏藝芸儉倹劍剣圈圏檢検權権獻献縣県險険顯顕驗験嚴厳效効廣広恆恒鑛鉱號号國国黑黒",
    "濟済碎砕齋斎劑剤雜雑參参慘惨棧桟蠶蚕贊賛殘残絲糸齒歯兒児辭辞濕湿實実舍舎寫写釋釈壽寿收収從従",
    "澁渋獸獣縱縦肅粛處処敍叙奬奨將将燒焼稱称證証乘乗剩剰壤壌孃嬢條条淨浄疊畳穰穣讓譲釀醸觸触囑嘱",
    "眞真寢寝愼慎盡尽圖図粹粋醉酔穗穂隨随髓髄數数樞枢瀨瀬聲声齊斉靜静攝摂竊窃專専戰戦淺浅潛潜纖繊",
    "踐践錢銭禪禅曾曽雙双壯壮搜捜插挿爭争總総莊荘裝装騷騒增増臟臓藏蔵屬属續続墮堕體体對対帶帯滯滞",
    "臺台瀧滝擇択澤沢單単擔担膽胆團団彈弾斷断癡痴晝昼蟲虫鑄鋳廳庁聽聴遞逓鐵鉄轉転點点傳伝黨党盜盗",
    "燈灯當当鬪闘德徳獨独讀読屆届繩縄貳弐惱悩腦脳霸覇廢廃拜拝賣売麥麦發発髮髪拔抜蠻蛮祕秘濱浜拂払",
    "佛仏變変邊辺舖舗寶宝豐豊沒没飜翻萬万滿満默黙彌弥譯訳藥薬與与餘余譽誉豫予搖揺樣様謠謡來来賴頼",
    "亂乱覽覧龍竜兩両獵猟綠緑壘塁勵励禮礼靈霊齡齢戀恋爐炉勞労樓楼錄録灣湾巢巣缺欠瓣弁辨弁辯弁",
    "俱倶剝剥𠮟叱吞呑噓嘘姸妍屛屏幷并瘦痩繫繋塡填頰頬",
    "髙高﨑崎𠮷吉邉辺濵浜嶋島嶌島桒桑槗橋𣘺橋冨富舘館檜桧渕淵埜野薗園峯峰凛凜栁柳",
];

/// Radicals with their kanji, as PDF files give them instead of kanji.
///
/// Source: `EquivalentUnifiedIdeograph.txt` of the Unicode Character Database, where NFKC has none.
const RADICALS: &str = "⺠民⻁虎⻄西⻑長⻘青⻤鬼⻩黄⻫斉⻭歯⻯竜⻲亀";

/// The block of most kanji, U+4E00 to U+9FFF.
const FIRST_KANJI: u32 = 0x4E00;
const KANJI_BLOCK: usize = 0x5200;

struct Variants {
    /// A bit for each kanji of the block that has an entry: most kanji have none.
    bits: [u64; KANJI_BLOCK / 64],
    sorted: Vec<(char, char)>,
}

static VARIANTS: LazyLock<Variants> = LazyLock::new(|| {
    let mut sorted: Vec<_> = pairs().collect();
    sorted.sort_unstable();
    let mut bits = [0; KANJI_BLOCK / 64];
    for (rare, _) in &sorted {
        if let Some(place) = place_in_block(*rare) {
            bits[place / 64] |= 1_u64 << (place % 64);
        }
    }
    Variants { bits, sorted }
});

/// Returns the entries of the table of kanji, in its order.
fn pairs() -> impl Iterator<Item = (char, char)> {
    let lines = KANJI.iter().copied().chain([RADICALS]);
    lines.flat_map(|line| line.chars().step_by(2).zip(line.chars().skip(1).step_by(2)))
}

fn place_in_block(character: char) -> Option<usize> {
    let place = u32::from(character).checked_sub(FIRST_KANJI)? as usize;
    (place < KANJI_BLOCK).then_some(place)
}

/// Returns the usual form of a kanji of U+4E00 to U+9FFF.
pub(super) fn usual_kanji(character: char) -> char {
    let variants = &*VARIANTS;
    let has_entry = place_in_block(character)
        .is_some_and(|place| (variants.bits[place / 64] >> (place % 64)) & 1 == 1);
    if has_entry {
        looked_up(variants, character)
    } else {
        character
    }
}

fn looked_up(variants: &Variants, character: char) -> char {
    let found = variants
        .sorted
        .binary_search_by_key(&character, |&(rare, _)| rare);
    found.map_or(character, |place| variants.sorted[place].1)
}

/// Returns the letter by which a search reads `character`, which is NFKC and lower case.
pub(super) fn spelling_of(character: char) -> char {
    match character {
        '\0'..='\u{7f}' => character,
        // Waves: wave dash (macOS), tilde operator, swung dash, wavy dash. Windows types U+FF5E,
        // which NFKC makes `~`.
        '〜' | '∼' | '⁓' | '〰' => '~',
        // The horizontal dashes of the Unicode property Dash: hyphens to horizontal bar, minus.
        '‐'..='―' | '−' | '⸺' | '⸻' => '-',
        'ぁ'..='ヿ' => hiragana(character),
        '一'..='鿿' => usual_kanji(character),
        '⺀'..='⻳' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
            looked_up(&VARIANTS, character)
        }
        other => other,
    }
}

/// Returns the hiragana of a katakana.
pub(super) fn hiragana(character: char) -> char {
    match character {
        // The two blocks are 0x60 apart; ヷ–ヺ, ー and ・ have no hiragana.
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => {
            char::from_u32(u32::from(character) - 0x60).unwrap_or(character)
        }
        other => other,
    }
}

/// Returns whether a search does not read `character`: it is invisible, or selects a glyph.
///
/// Source: the property `Default_Ignorable_Code_Point` of Unicode 16, which includes zero-width
/// characters, the soft hyphen and all variation selectors.
pub(super) fn is_unread(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_variant_has_one_usual_form_that_is_no_variant() {
        let rare: HashSet<char> = pairs().map(|(rare, _)| rare).collect();
        assert_eq!(rare.len(), pairs().count(), "each variant once");
        for (variant, usual) in pairs() {
            assert!(!rare.contains(&usual), "{variant}{usual}");
            assert!(('一'..='鿿').contains(&usual), "{variant}{usual}");
            assert_eq!(spelling_of(variant), usual);
        }
        for line in KANJI.iter().copied().chain([RADICALS]) {
            assert_eq!(line.chars().count() % 2, 0, "{line}");
        }
    }
}
