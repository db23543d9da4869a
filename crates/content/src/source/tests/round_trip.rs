use super::*;
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case::bom("\u{feff}---json\n{}\n---\nx")]
#[case::crlf("---json\r\n{\r\n\t\"a\" : 1\r\n}\r\n---\r\nx\r\n")]
#[case::marker_case("---JSON\n{}\n---\n")]
#[case::fence_blanks("--- json \u{3000}\t\n{}\n---\n")]
#[case::closing_blanks("---json\n{}\n--- \t\nx")]
#[case::no_final_newline("---json\n{}\n---")]
#[case::spelling(
    "---json\n  { \"a\":1.50E+01 ,\n\n\"b\":\"\\u3042\\/\\ud83d\\ude00\" }  \n\n---\nx"
)]
#[case::lone_cr("---json\n{\r}\n---\n a\rb\n")]
#[case::dashes_in_body("---json\n{}\n---\n---\n---json\n{\n---\n")]
fn unusual_spellings_are_accepted_and_kept(#[case] text: &str) {
    let source = parse(text);
    assert_eq!(source.language(), "json");
    assert_eq!(source.as_bytes(), text.as_bytes());
    assert_eq!(source.clone().into_bytes(), text.as_bytes());
    assert_eq!(
        source.with_body_from_browser(source.body()).unwrap(),
        source
    );
}

#[test]
fn the_body_begins_where_gray_matter_says() {
    assert_eq!(parse("---json\n{}\n---\r\nx").body(), "x");
    assert_eq!(parse("---json\n{}\n--- \nx").body(), " \nx");
    assert_eq!(parse("---json\n{}\n---\n\nx").body(), "\nx");
    assert_eq!(parse("---json\n{}\n---").body(), "");
}

fn blank() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just(" ".into()),
        Just("\n  ".into()),
        "[ \t\r\n]{0,4}"
    ]
}

fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{0,8}".prop_map(|text| format!("\"{text}\"")),
        "[ぁ-んァ-ン一-龯、。（）🚀]{0,6}".prop_map(|text| format!("\"{text}\"")),
        Just(r#""\" \\ \/ \b\f\n\r\t \u3042 \uD83D\ude80""#.to_owned()),
    ]
}

fn json_text() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        string(),
        Just("true".to_owned()),
        Just("null".to_owned()),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?",
    ];
    scalar.prop_recursive(4, 24, 5, |inner| {
        let item = (blank(), inner.clone(), blank())
            .prop_map(|(before, value, after)| format!("{before}{value}{after}"))
            .boxed();
        let list = proptest::collection::vec(item.clone(), 0..5)
            .prop_map(|items| format!("[{}]", items.join(",")));
        let object = proptest::collection::vec(item, 0..5).prop_map(|items| {
            let members = items
                .iter()
                .enumerate()
                .map(|(index, item)| format!(" \"k{index}\" :{item}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        });
        prop_oneof![list, object]
    })
}

/// Returns whether two values are equal except for the last digits of a float.
///
/// `serde_json` may round those differently.
fn alike(theirs: &Value, ours: &Value) -> bool {
    match (theirs, ours) {
        (Value::Array(theirs), Value::Array(ours)) => {
            theirs.len() == ours.len()
                && theirs
                    .iter()
                    .zip(ours)
                    .all(|(theirs, ours)| alike(theirs, ours))
        }
        (Value::Object(theirs), Value::Object(ours)) => {
            theirs.keys().eq(ours.keys())
                && theirs
                    .values()
                    .zip(ours.values())
                    .all(|(theirs, ours)| alike(theirs, ours))
        }
        (Value::Number(theirs), Value::Number(ours)) if theirs.is_f64() || ours.is_f64() => {
            let (theirs, ours) = (theirs.as_f64().unwrap(), ours.as_f64().unwrap());
            (theirs - ours).abs() <= 1e-14 * ours.abs()
        }
        (theirs, ours) => theirs == ours,
    }
}

/// Generates files in the dialect.
pub(super) fn guide_text() -> impl Strategy<Value = String> {
    let member = (blank(), string(), blank(), json_text(), blank());
    let line_end = || prop_oneof![3 => Just("\n"), 1 => Just("\r\n")];
    (
        proptest::bool::ANY,
        prop_oneof![Just("json"), Just("JSON"), Just(" Json\t")],
        proptest::collection::vec(member, 0..6),
        (
            line_end(),
            line_end(),
            prop_oneof![Just(""), Just("\n"), Just("\r\n"), Just("  \n")],
        ),
        "([#*_\\->`|あ漢。（）🚀a-z ~]{0,12}(\n|\r\n|\r)){0,6}[a-zあ]{0,3}",
    )
        .prop_map(
            |(bom, marker, members, (opening, closing, fence_end), body)| {
                let members = members.into_iter().enumerate().map(
                    |(index, (before, key, colon, value, after))| {
                        let key = format!("\"{index}{}", &key[1..]);
                        format!("{before}{key}{colon}:{value}{after}")
                    },
                );
                let object = members.collect::<Vec<_>>().join(",");
                let bom = if bom { "\u{feff}" } else { "" };
                let (fence_end, body) = if fence_end.is_empty() {
                    ("", String::new())
                } else {
                    (fence_end, body)
                };
                format!("{bom}---{marker}{opening}{{{object}}}{closing}---{fence_end}{body}")
            },
        )
}

proptest! {
    #[test]
    fn every_accepted_file_is_written_back_byte_for_byte(text in guide_text()) {
        let source = GuideSource::parse(text.as_str()).expect("the generator makes only accepted files");
        prop_assert_eq!(source.as_str(), &text);
        prop_assert_eq!(&source.with_body_from_browser(source.body()).unwrap(), &source);
        for (key, value) in source.front_matter() {
            let pointer = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
            prop_assert_eq!(source.pointer_position(&pointer), source.field_position(key));
            prop_assert_eq!(&source.with_field(key, value).unwrap(), &source);
        }
    }

    #[test]
    fn we_read_the_same_values_as_serde_json(text in json_text()) {
        let theirs: Value = serde_json::from_str(&text).unwrap();
        let source = parse(&format!("---json\n{{\"v\":{text}}}\n---\n"));
        prop_assert!(alike(&theirs, &source.front_matter()["v"]), "{} and {}", theirs, source.front_matter()["v"]);
        prop_assert_eq!(source.raw_field("v").unwrap(), text.trim());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = GuideSource::parse(bytes);
    }

    #[test]
    fn arbitrary_front_matter_never_panics(text in "[\\[\\]{}\",:\\\\u0-9a-f \n\\-/*あ]{0,60}") {
        let file = format!("---json\n{text}\n---\n");
        if let Ok(source) = GuideSource::parse(file.as_str()) {
            prop_assert_eq!(source.as_str(), file);
        }
    }
}
