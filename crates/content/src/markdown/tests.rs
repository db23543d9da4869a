use super::*;

fn guide(body: &str) -> String {
    render(body, Profile::Guide).unwrap().html
}

#[test]
fn emphasis_closes_between_japanese_brackets_and_letters() {
    assert_eq!(
        guide("ここで登場するのが、**Platform Engineer（プラットフォームエンジニア）**です。"),
        "<p>ここで登場するのが、<strong>Platform Engineer（プラットフォームエンジニア）</strong>です。</p>\n"
    );
}
