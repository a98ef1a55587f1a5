//! Which values surely fit a shape, and which ones are left to their reader.

use podnetworking_walk::{Shape, selector_end};

const SELECTOR: Shape = Shape::Custom(|text, at| selector_end(text, at, |key| key != "bad", |value| value != "bad"));
const FIELDS: Shape = Shape::Object(&[("id", Shape::Text), ("ids", Shape::List(&Shape::Text)), ("selector", SELECTOR)]);

#[track_caller]
fn check(shape: &Shape, fitting: &[&str], others: &[&str]) {
    for json in fitting {
        assert!(shape.surely_fits(json), "{json}");
    }
    for json in others {
        assert!(!shape.surely_fits(json), "{json}");
    }
}

#[test]
fn texts_and_lists_of_texts() {
    check(&Shape::Text, &[r#""""#, r#""a""#, r#""0123456789""#], &["7", "null", "[]", "{}", r#""\u0061""#]);
    check(
        &Shape::List(&Shape::Text),
        &["[]", "[ ]", r#"["a"]"#, r#"[ "a" , "b","" ]"#],
        &["7", "null", "{}", r#""a""#, "[7]", r#"["a",7]"#, r#"["a",["b"]]"#, r#"["a","\u0062"]"#, "[null]"],
    );
}

#[test]
fn objects_with_each_field_at_most_once() {
    check(
        &FIELDS,
        &[
            "{}",
            "{ }",
            r#"{"id":"a"}"#,
            r#"{ "id" : "a" , "ids" : [ "b" ] , "selector" : { } }"#,
            r#"{"id":null,"ids":null}"#,
            r#"{"selector":{},"id":"a"}"#,
            r#"{"other":7,"id":"a","more":{"id":7},"no":"\u0061","other":8}"#,
        ],
        &[
            "null",
            "[]",
            r#""id""#,
            r#"{"id":7}"#,
            r#"{"ids":"a"}"#,
            r#"{"id":"a","ids":[7]}"#,
            r#"{"id":"a","id":"a"}"#,
            r#"{"id":null,"id":"a"}"#,
            r#"{"ids":[],"id":"a","ids":[]}"#,
            r#"{"\u0069d":"a"}"#,
            r#"{"other":7,"\u006fther":7}"#,
            r#"{"selector":7}"#,
        ],
    );
}

#[test]
fn a_field_past_the_last_bit_never_fits() {
    const FIELDS: [(&str, Shape); 33] = {
        let mut fields = [("x", Shape::Text); 33];
        fields[31] = ("counted", Shape::Text);
        fields[32] = ("id", Shape::Text);
        fields
    };
    check(&Shape::Object(&FIELDS), &["{}", r#"{"counted":"a","x":"b"}"#], &[r#"{"id":"a"}"#, r#"{"id":7}"#]);
}

#[test]
fn selectors_that_kubernetes_accepts() {
    check(
        &SELECTOR,
        &[
            "{}",
            r#"{"matchLabels":null,"matchExpressions":null}"#,
            r#"{"matchLabels":{},"matchExpressions":[]}"#,
            r#"{"matchLabels":{"a":"1"}}"#,
            r#"{ "matchLabels" : { "a" : "1" , "b" : "" } , "other" : [ 7 ] }"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":["1"]}]}"#,
            r#"{"matchExpressions":[ { "values" : [ "1" , "2" ] , "operator" : "NotIn" , "key" : "a" , "other" : 7 } ]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"Exists"},{"key":"b","operator":"DoesNotExist","values":[]}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"Exists","values":null}]}"#,
        ],
        &[
            "null",
            "[]",
            r#"{"matchLabels":[]}"#,
            r#"{"matchLabels":{"a":7}}"#,
            r#"{"matchLabels":{"bad":"1"}}"#,
            r#"{"matchLabels":{"a":"bad"}}"#,
            r#"{"matchLabels":{"a":"bad","b":"1"}}"#,
            r#"{"matchLabels":{"a":"1","a":"1"}}"#,
            r#"{"matchLabels":{"a":"\u0031"}}"#,
            r#"{"matchLabels":{},"matchLabels":{}}"#,
            r#"{"matchLabels":{"a":"1"},"matchExpressions":7}"#,
            r#"{"matchExpressions":[],"matchExpressions":[]}"#,
            r#"{"matchExpressions":{}}"#,
            r#"{"matchExpressions":[7]}"#,
            r#"{"matchExpressions":[null]}"#,
            r#"{"matchExpressions":[{"operator":"Exists"}]}"#,
            r#"{"matchExpressions":[{"key":"a"}]}"#,
            r#"{"matchExpressions":[{"key":"bad","operator":"Exists"}]}"#,
            r#"{"matchExpressions":[{"key":7,"operator":"Exists"}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"exists"}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"Exists","values":["1"]}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In"}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":null}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":[]}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":"1"}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":["1","bad"]}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":["1",7]}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":["1"],"key":"a"}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":["1"],"operator":"In"}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":["1"],"values":["1"]}]}"#,
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":["1"]},{"key":"a"}]}"#,
        ],
    );
}
