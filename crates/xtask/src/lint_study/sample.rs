/// Takes the same samples for the same seed, on every machine (`SplitMix64`).
pub(super) struct Sampler(u64);

impl Sampler {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Takes `most` of `items` at random, in their order.
    pub(super) fn take<'a, T>(&mut self, items: &'a [T], most: usize) -> Vec<&'a T> {
        let mut places: Vec<usize> = (0..items.len()).collect();
        for taken in 0..most.min(items.len()) {
            let other = taken + self.below(items.len() - taken);
            places.swap(taken, other);
        }
        places.truncate(most);
        places.sort_unstable();
        places.into_iter().map(|place| &items[place]).collect()
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_samples_and_each_place_once() {
        let items: Vec<u32> = (0..1000).collect();
        let taken = Sampler::new(7).take(&items, 50);
        assert_eq!(taken, Sampler::new(7).take(&items, 50));
        assert_ne!(taken, Sampler::new(8).take(&items, 50));
        assert_eq!(taken.len(), 50);
        assert!(taken.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Sampler::new(7).take(&items[..3], 50), [&0, &1, &2]);
    }
}
