use super::*;

fn primary(place: usize, timeline: &str) -> Server {
    Server {
        place,
        system: 7,
        timeline: Some(timeline.to_owned()),
        position: 0,
        since_replay: None,
    }
}

fn standby(place: usize) -> Server {
    Server {
        place,
        system: 7,
        timeline: None,
        position: 0,
        since_replay: None,
    }
}

fn place(wanted: Wanted, servers: &[Server], in_use: usize) -> Option<usize> {
    choose(wanted, servers, in_use).map(|server| server.place)
}

fn route(hosts: &str) -> Route {
    Route::new(
        "database_url",
        Wanted::Primary,
        &hosts.parse().unwrap(),
        Vec::new(),
    )
}

#[test]
fn the_primary_is_chosen_wherever_it_is() {
    let servers = [standby(0), standby(1), primary(2, "00000001")];
    assert_eq!(place(Wanted::Primary, &servers, 0), Some(2));
    assert_eq!(place(Wanted::Standby, &servers, 2), Some(0));
    assert_eq!(place(Wanted::Primary, &servers[..2], 0), None);
    assert_eq!(place(Wanted::Standby, &servers[2..], 0), None);
}

#[test]
fn a_standby_that_lags_behind_another_is_not_read_from() {
    let at = |place, position| Server {
        position,
        ..standby(place)
    };
    let near = [at(0, 100), at(1, 100 + LAG)];
    assert_eq!(place(Wanted::Standby, &near, 0), Some(0));
    let behind = [at(0, 100), at(1, 101 + LAG)];
    assert_eq!(place(Wanted::Standby, &behind, 0), Some(1));
    let primary = Server {
        position: 5 * LAG,
        ..primary(0, "00000001")
    };
    assert_eq!(place(Wanted::Standby, &[primary, at(1, 0)], 0), Some(1));
}

#[test]
fn after_a_split_the_newer_primary_wins_and_the_one_in_use_stays_otherwise() {
    let split = [primary(0, "0000000A"), primary(1, "0000000B")];
    assert_eq!(place(Wanted::Primary, &split, 0), Some(1));
    let equal = [primary(0, "00000001"), primary(1, "00000001")];
    assert_eq!(place(Wanted::Primary, &equal, 1), Some(1));
    assert_eq!(
        place(Wanted::Standby, &[standby(0), standby(2)], 2),
        Some(2)
    );
}

#[test]
fn a_server_of_another_cluster_is_refused_once_the_cluster_is_known() {
    let route = route("postgres://db1,db2/annai");
    let cluster = Cluster::default();
    cluster.0.set(7).unwrap();
    let foreign = Server {
        system: 8,
        ..primary(1, "00000009")
    };
    let mut servers = vec![standby(0), foreign];
    route.refuse_others(&cluster, &mut servers);
    assert_eq!(servers, [standby(0)]);
}

#[test]
fn servers_that_disagree_are_all_refused_while_the_cluster_is_unknown() {
    let route = route("postgres://db1,db2/annai");
    let foreign = Server {
        system: 8,
        ..primary(1, "00000001")
    };
    let mut servers = vec![primary(0, "00000001"), foreign];
    route.refuse_others(&Cluster::default(), &mut servers);
    assert_eq!(servers, []);
}

#[test]
fn a_refusal_counts_only_if_every_server_gives_one() {
    use AwayState::{DiskFull, LoginRefused, NoAnswer};
    for (hosts, states, expected) in [
        (2, &[LoginRefused, LoginRefused][..], LoginRefused),
        (2, &[LoginRefused, NoAnswer][..], NoAnswer),
        (2, &[NoAnswer, LoginRefused][..], NoAnswer),
        (3, &[LoginRefused, DiskFull][..], DiskFull),
        // The other one has said nothing within the time.
        (2, &[LoginRefused][..], NoAnswer),
        (2, &[][..], NoAnswer),
        (1, &[LoginRefused][..], LoginRefused),
    ] {
        let errors = states.iter().copied().map(StorageError::away).collect();
        let found = unfit(hosts, errors).away_state();
        assert_eq!(found, Some(expected), "{hosts} {states:?}");
    }
}
