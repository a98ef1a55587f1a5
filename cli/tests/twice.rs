//! One name, defined twice: which definition an object is checked against, and which place a finding has.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod common;

use common::Folder;

fn podnetworking(name: &str, label: &str, number: u8, zone: &str) -> String {
    format!(
        "apiVersion: network.alibabacloud.com/v1beta1\nkind: PodNetworking\nmetadata: {{name: {name}}}\nspec:\n  \
         selector: {{podSelector: {{matchLabels: {{{label}}}}}}}\n  securityGroupIDs: [sg-t01]\n  vSwitchOptions: [vsw-t0{number}]\n\
         status: {{status: Ready, vSwitches: [{{id: vsw-t0{number}, zone: {zone}}}]}}\n"
    )
}

fn pod(name: &str, zone: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: default, labels: {{app: cart}}}}\n\
         spec: {{nodeSelector: {{topology.kubernetes.io/zone: {zone}}}, containers: [{{name: c, image: nginx}}]}}\n"
    )
}

/// Two clusters in one repository. Each has a PodNetworking of the same name, in another zone.
fn clusters() -> Folder {
    Folder::new(&[
        ("clusters/a/pn.yaml", &podnetworking("shop", "app: cart", 1, "cn-hangzhou-h")),
        ("clusters/a/pod.yaml", &pod("cart-a", "cn-hangzhou-h")),
        ("clusters/b/pn.yaml", &podnetworking("shop", "app: cart", 2, "cn-beijing-k")),
        ("clusters/b/pod.yaml", &pod("cart-b", "cn-beijing-k")),
    ])
}

#[test]
fn an_object_is_checked_against_the_nearest_definition() {
    let folder = clusters();
    for path in ["clusters/a", "clusters/b"] {
        assert_eq!(folder.run(&["check", path]).code, 0, "{path}");
    }
    let ran = folder.run(&["check", "clusters", "--format", "json"]);
    assert_eq!((ran.code, ran.places()), (0, vec!["defined-twice clusters/b/pn.yaml:3:18".to_owned()]));
    let finding = &ran.json()["findings"][0];
    assert_eq!((&finding["related"][0]["file"], &finding["severity"]), (&"clusters/a/pn.yaml".into(), &"warn".into()));
    assert!(finding["message"].as_str().unwrap().contains("clusters/a/pn.yaml:1"), "{finding}");
    let ran = folder.run(&["check", "clusters"]);
    assert!(ran.stdout.contains("clusters/a/pn.yaml") && ran.stdout.contains("clusters/b/pn.yaml"), "{}", ran.stdout);
    assert_eq!(folder.run(&["check", "clusters", "--fail-on", "warn"]).code, 1);
    assert_eq!(folder.run(&["check", "clusters", "--fail-on", "warn", "--ignore", "defined-twice"]).code, 0);
    for (severity, code, count) in [("deny", 1, 1), ("off", 0, 0)] {
        folder.write("settings.yaml", &format!("platform: ack\nrules: {{defined-twice: {severity}}}\n"));
        let ran = folder.run(&["check", "clusters", "--settings", "settings.yaml", "--format", "json"]);
        assert_eq!((ran.code, ran.json()["findings"].as_array().unwrap().len()), (code, count), "{severity}");
    }
    // A pod in the zone of the other cluster has a conflict, with the definition of its own.
    folder.write("clusters/a/pod.yaml", &pod("cart-a", "cn-beijing-k"));
    let ran = folder.run(&["check", "clusters", "--format", "json", "--select", "zone-conflict"]);
    let finding = &ran.json()["findings"][0];
    assert_eq!((ran.code, &finding["related"][0]["file"]), (1, &"clusters/a/pn.yaml".into()));
}

#[test]
fn the_related_place_is_the_one_of_the_object_that_was_compared() {
    let folder = Folder::new(&[
        ("a/shop.yaml", &podnetworking("shop", "app: cart", 1, "cn-hangzhou-h")),
        ("a/web.yaml", &podnetworking("web", "tier: web", 2, "cn-hangzhou-i")),
        ("b/shop.yaml", &podnetworking("shop", "tier: db", 3, "cn-beijing-k")),
    ]);
    let ran = folder.run(&["check", ".", "--format", "json"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.places(), ["overlap a/web.yaml:5:13", "defined-twice b/shop.yaml:3:18"]);
    assert_eq!(ran.json()["findings"][0]["related"][0]["file"], "a/shop.yaml");
}

#[test]
fn where_two_are_equally_near_an_object_is_not_checked() {
    let folder = clusters();
    folder.write("apps/pod.yaml", &pod("cart", "cn-hangzhou-h"));
    folder.write("apps/other.yaml", &pod("other", "cn-hangzhou-h").replace("app: cart", "app: other"));
    for command in ["check", "explain", "mutate"] {
        let ran = folder.run(&[command, "."]);
        assert_eq!(ran.code, 2, "{command}");
        let sentence = "Pod default/cart was not checked: PodNetworking shop is defined in clusters/a/pn.yaml:1 and in \
                        clusters/b/pn.yaml:1, and these are equally near";
        assert!(ran.stderr.contains(sentence), "{command}: {}", ran.stderr);
        assert!(!ran.stderr.contains("Pod default/other"), "{command}: {}", ran.stderr);
    }
    let json = folder.run(&["check", ".", "--format", "json"]).json();
    assert_eq!((&json["errors"][0]["file"], &json["errors"][0]["line"]), (&"apps/pod.yaml".into(), &3.into()));
}

#[test]
fn the_same_content_twice_and_patches_are_not_defined_twice() {
    let shop = podnetworking("shop", "app: cart", 1, "cn-hangzhou-h");
    let folder = Folder::new(&[
        ("a/shop.yaml", &shop),
        ("b/shop.yaml", &shop.replace("{name: shop}", "\n  name: shop")),
        ("c/kustomization.yaml", "resources: [../a]\npatchesStrategicMerge: [shop.yaml]\n"),
        ("c/shop.yaml", &podnetworking("shop", "app: cart", 2, "cn-beijing-k")),
    ]);
    let ran = folder.run(&["check", ".", "--format", "json"]);
    assert_eq!((ran.code, ran.places().len()), (0, 0), "{}", ran.stdout);
}

#[test]
fn the_annotation_silences_it() {
    let folder = clusters();
    let text = folder.read("clusters/b/pn.yaml");
    let annotation = "{name: shop, annotations: {podnetworking-policy/ignore.defined-twice: two clusters}}";
    folder.write("clusters/b/pn.yaml", &text.replace("{name: shop}", annotation));
    let json = folder.run(&["check", "clusters", "--format", "json"]).json();
    assert_eq!((json["findings"].as_array().unwrap().len(), &json["summary"]["silenced"]), (0, &1.into()));
}
