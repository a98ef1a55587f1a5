//! The update of a Pod, as its rules see it.

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::objects::read::labels::read_labels;
use crate::selectors::labels::Labels;

/// What the rules about updates of Pods check.
#[derive(Debug)]
pub struct PodUpdateSubject<'a> {
    /// The annotations of the pod.
    pub annotations: Labels<'a>,
    /// Its annotations before the update.
    pub old_annotations: Labels<'a>,
}

impl<'a> PodUpdateSubject<'a> {
    /// Reads both objects, and what is wrong with the new one.
    #[must_use]
    pub fn read(object: Json<'a>, old: Json<'a>) -> (Self, Faults) {
        let mut faults = Faults::default();
        let annotations = annotations(object, &mut faults);
        let old_annotations = self::annotations(old, &mut Faults::default());
        (Self { annotations, old_annotations }, faults)
    }
}

fn annotations<'a>(object: Json<'a>, faults: &mut Faults) -> Labels<'a> {
    let path = Path::Written("metadata");
    let metadata = object.member("metadata").and_then(Json::present);
    let [annotations] = metadata.map_or([None], |json| json.fields(["annotations"], &path, faults));
    read_labels(annotations, &path.field("annotations"), faults)
}
