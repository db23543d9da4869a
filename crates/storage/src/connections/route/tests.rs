use super::*;

fn primary(place: usize, timeline: &str) -> Server {
    Server {
        place,
        system: 7,
        timeline: Some(timeline.to_owned()),
    }
}

fn standby(place: usize) -> Server {
    Server {
        place,
        system: 7,
        timeline: None,
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
