/// The bytes that a pass inserted into a text.
#[derive(Debug, Default)]
pub(super) struct Insertions(Vec<Insertion>);

#[derive(Debug)]
struct Insertion {
    /// The end of the inserted bytes in the new text.
    end: usize,
    /// The number of bytes inserted up to there.
    bytes: usize,
}

impl Insertions {
    /// Adds bytes that end at `end` of the new text, behind `original` bytes of the old one.
    pub(super) fn push(&mut self, end: usize, original: usize) {
        let bytes = end - original;
        self.0.push(Insertion { end, bytes });
    }

    /// Converts an offset in the new text to an offset in the old one.
    ///
    /// An offset inside inserted bytes becomes the place where they were inserted.
    pub(super) fn original(&self, offset: usize) -> usize {
        let before = self.0.partition_point(|one| one.end <= offset);
        let bytes = before.checked_sub(1).map_or(0, |last| self.0[last].bytes);
        let next = self.0.get(before).map(|one| one.end - one.bytes);
        (offset - bytes).min(next.unwrap_or(usize::MAX))
    }
}
