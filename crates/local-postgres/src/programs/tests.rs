//! The choice and the getting of programs, with clients and archives that the tests make.

mod choosing;
mod failures;
mod getting;
mod kills;
mod world;

pub(super) use world::World;
