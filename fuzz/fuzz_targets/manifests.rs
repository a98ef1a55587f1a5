//! Whatever a manifest holds: objects whose text is JSON and whose fields can be found, or errors with a place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|bytes: &[u8]| {
    let manifests = podnetworking_manifests::read_bytes("fuzz.yaml", bytes);
    for document in &manifests.documents {
        let _: &RawValue = serde_json::from_str(document.json()).expect("the text of a document is JSON");
        document.locate("spec.selector.matchLabels[a.b/c]");
        document.locate("metadata.name");
    }
});
