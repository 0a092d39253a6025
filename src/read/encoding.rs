//! Which files that are not UTF-8 are read all the same: Chinese text in GB18030, of which GBK and GB 2312 are parts.

use encoding_rs::GB18030;

/// Least share of the two-byte characters that must be of GB 2312, the characters in daily use. Accented letters of
/// Western encodings, taken for GB18030, nearly all lie outside of it: what follows them is a plain letter.
const COMMON: f64 = 0.9;

/// The text in UTF-8, if the bytes are Chinese text in GB18030 throughout; none for anything else, UTF-8 itself included.
pub(super) fn from_gb18030(bytes: &[u8]) -> Option<Vec<u8>> {
    if !is_chinese(bytes) || mostly_utf8(bytes) {
        return None;
    }
    GB18030
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|text| text.into_owned().into_bytes())
}

/// Text in UTF-8 as it is added to a file: in GB18030 where the file is.
pub(super) fn as_in(decoded: bool, text: Vec<u8>) -> Vec<u8> {
    match std::str::from_utf8(&text) {
        Ok(plain) if decoded => GB18030.encode(plain).0.into_owned(),
        _ => text,
    }
}

/// Whether the bytes are whole characters of GB18030, nearly all of them common.
fn is_chinese(bytes: &[u8]) -> bool {
    let (mut all, mut common, mut at) = (0_u64, 0_u64, 0);
    while at < bytes.len() {
        let width = match (bytes[at], bytes.get(at + 1)) {
            (0x00..=0x7F, _) => 1,
            (0xA1..=0xF7, Some(0xA1..=0xFE)) => {
                common += 1;
                2
            }
            (0x81..=0xFE, Some(0x40..=0x7E | 0x80..=0xFE)) => 2,
            (0x81..=0xFE, Some(0x30..=0x39)) => 4,
            _ => return false,
        };
        all += u64::from(width > 1);
        at += width;
    }
    all > 0 && common as f64 >= COMMON * all as f64
}

/// Whether most lines with characters beyond ASCII are UTF-8: a file in UTF-8 with a few bad bytes.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut all) = (0_u64, 0_u64);
    for line in bytes.split(|byte| *byte == b'\n') {
        if !line.is_ascii() {
            all += 1;
            sound += u64::from(std::str::from_utf8(line).is_ok());
        }
    }
    2 * sound > all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<String> {
        from_gb18030(bytes).map(|text| String::from_utf8(text).expect("UTF-8"))
    }

    #[test]
    fn chinese_is_read_and_nothing_else() {
        let text = "渠道,花费\n百度推广,１２\n抖音,5\n";
        let (bytes, ..) = GB18030.encode(text);
        assert_eq!(read(&bytes).as_deref(), Some(text));
        // A rare character (two bytes of GBK), and one of four bytes, among many common ones.
        let rare = "线索来源渠道代号广告卖点素材类型合作方式镕\u{20000},1\n订单转化率投放总时间平均停留,2\n";
        let (bytes, ..) = GB18030.encode(rare);
        assert_eq!(read(&bytes).as_deref(), Some(rare));
        // Cut within a character.
        assert_eq!(read(&bytes[..1]), None);
        for other in [
            text.as_bytes(),
            b"plain\n",
            b"Jos\xE9,Ren\xE9e\nM\xFCller,K\xF6ln\n",
            b"Jos\xE9\n",
            b"\xFF\xFE,1\n",
        ] {
            assert_eq!(read(other), None);
        }
    }

    #[test]
    fn a_bad_line_in_a_file_of_utf8_stays_a_bad_line() {
        let mut bytes = "抖音,5\n微信,7\n".as_bytes().to_vec();
        bytes.extend(b"\xB0\xD9\xB6\xC8,3\n");
        assert_eq!(read(&bytes), None);
    }
}
