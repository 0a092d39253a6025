//! The language of a project file that has faults: they are told in it, too.

use std::path::Path;

use super::Language;

/// The language that a project file names, as far as can be seen without reading all of it: English unless a line of
/// `[project]` says otherwise.
pub fn language_of(file: &Path) -> Language {
    std::fs::read(file).map_or(Language::En, |bytes| {
        written_in(&String::from_utf8_lossy(&bytes))
    })
}

fn written_in(text: &str) -> Language {
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line.starts_with("[project]");
        }
        let value = line
            .strip_prefix("language")
            .and_then(|rest| rest.trim_start().strip_prefix('='));
        let zh = |value: &str| value.trim_matches([' ', '\t', '"', '\'']).starts_with("zh");
        if inside && value.is_some_and(zh) {
            return Language::Zh;
        }
    }
    Language::En
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_table_says_it_and_no_other() {
        let cases = [
            ("[project]\nname = \"a\"\nlanguage = \"zh\"\n", Language::Zh),
            (
                "[project] # ours\r\n  language='zh' # 中文\r\n",
                Language::Zh,
            ),
            ("[project]\nlanguage = \"zh\n[leads\n", Language::Zh),
            ("[project]\nlanguage = \"en\"\n", Language::En),
            ("[leads]\nlanguage = \"zh\"\n", Language::En),
            ("[project]\n# language = \"zh\"\n", Language::En),
            ("[project]\nlanguages = \"zh\"\n", Language::En),
        ];
        for (text, language) in cases {
            assert_eq!(written_in(text), language, "{text}");
        }
        assert_eq!(language_of(Path::new("no-such-file.toml")), Language::En);
    }
}
