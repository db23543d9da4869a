use super::round_trip::guide_text;
use super::*;
use proptest::prelude::*;

const HEAD: &str = "---json\r\n{}\r\n---\r\n";

fn edit(body: &str, sent: &str) -> String {
    let source = parse(&format!("{HEAD}{body}"));
    source
        .with_body_from_browser(sent)
        .unwrap()
        .body()
        .to_owned()
}

#[test]
fn a_crlf_guide_saved_unedited_in_a_browser_keeps_its_bytes() {
    assert_eq!(edit("a\r\n\r\nb\r\n", "a\n\nb\n"), "a\r\n\r\nb\r\n");
    assert_eq!(edit("a\n\nb\n", "a\r\n\r\nb\r\n"), "a\n\nb\n");
    assert_eq!(edit("a\r\nb\nc\rd", "a\nb\nc\nd"), "a\r\nb\nc\rd");
}

#[test]
fn a_first_newline_that_the_browser_dropped_is_put_back() {
    assert_eq!(edit("\r\n# a\r\n", "# a\n"), "\r\n# a\r\n");
    assert_eq!(edit("\r\n# a\r\n", "# b\n"), "\r\n# b\r\n");
    assert_eq!(edit("\n\n# a\n", "\n# a\n"), "\n\n# a\n");
    assert_eq!(edit("\n", ""), "\n");
    assert_eq!(
        edit("# a\n", "\n# a\n"),
        "\n# a\n",
        "one that was typed stays"
    );
}

#[test]
fn untouched_lines_keep_their_own_line_ends() {
    assert_eq!(edit("a\r\nb\nc\r\n", "a\nB\nc\n"), "a\r\nB\nc\r\n");
    assert_eq!(
        edit("a\r\nb\nc\r\n", "a\nb\nnew\nc\n"),
        "a\r\nb\nnew\nc\r\n"
    );
    assert_eq!(edit("a\r\nb\r\n", "a\nb\nc"), "a\r\nb\r\nc");
    assert_eq!(edit("a\r\nb", "a\nb\nc\n"), "a\r\nb\r\nc\r\n");
    assert_eq!(edit("a\nb\n", ""), "");
    assert_eq!(edit("", "a\nb"), "a\nb");
}

#[test]
fn a_body_behind_a_fence_without_line_end_gets_one() {
    let source = parse("---json\n{}\n---");
    assert_eq!(
        source.with_body_from_browser("x").unwrap().as_str(),
        "---json\n{}\n---\nx"
    );
    let source = parse("---json\n{}\n---  \nx");
    assert_eq!(
        source.with_body_from_browser("y").unwrap().as_str(),
        "---json\n{}\n---\ny"
    );
}

#[test]
fn front_matter_typed_into_the_body_of_a_plain_file_is_read_or_refused() {
    let source = parse("# x\n");
    let typed = source
        .with_body_from_browser("---json\r\n{\"a\": 1}\r\n---\r\n# x\r\n")
        .unwrap();
    assert_eq!(typed.front_matter()["a"], json!(1));
    assert!(source.with_body_from_browser("---json\n{").is_err());
}

fn as_textarea(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

proptest! {
    #[test]
    fn unedited_text_comes_back_byte_for_byte(text in guide_text(), drops in any::<bool>(), crlf in any::<bool>()) {
        let source = parse(&text);
        let mut sent = as_textarea(source.body());
        if drops && sent.starts_with('\n') {
            sent.remove(0);
        }
        if crlf {
            sent = sent.replace('\n', "\r\n");
        }
        prop_assert_eq!(&source.with_body_from_browser(&sent).unwrap(), &source);
    }

    #[test]
    fn an_edited_line_leaves_all_others_unchanged(text in guide_text(), choice in any::<prop::sample::Index>()) {
        let source = parse(&text);
        let sent = as_textarea(source.body());
        let mut lines: Vec<&str> = sent.split('\n').collect();
        let changed = choice.index(lines.len());
        lines[changed] = "an edited line";
        let edited = source.with_body_from_browser(&lines.join("\n")).unwrap();
        let edited_body = as_textarea(edited.body());
        // A first newline may be restored, and a fence without a newline gets one.
        let body_lines: Vec<&str> = edited_body.split('\n').collect();
        prop_assert!(body_lines.ends_with(&lines) , "{:?} from {:?}", edited.body(), lines);
        let count = |text: &str, end: &str| text.matches(end).count();
        let slack = 1;
        prop_assert!(count(edited.body(), "\r\n").abs_diff(count(source.body(), "\r\n")) <= slack);
    }
}
