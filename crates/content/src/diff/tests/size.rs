use super::*;

#[test]
fn the_size_counts_the_letters_of_body_and_fields() {
    let old = source("---json\n{\"title\": \"題\", \"tags\": [\"一\"]}\n---\n甲乙。\n\n丙。\n");
    let new =
        source("---json\n{\"title\": \"題名\", \"tags\": [\"一\", \"二三\"]}\n---\n甲丁戊。\n");
    let size = diff(&old, &new).size();
    // 名, 二三 and 丁戊 are new; 乙 and 丙。 are gone.
    assert_eq!((size.added, size.removed), (5, 3));
    assert_eq!(diff(&new, &new).size(), ChangeSize::default());
}
