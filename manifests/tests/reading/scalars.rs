//! The meaning of scalars, keys, anchors and merge keys. The expectations are what kubectl 1.32 prints for the
//! same text, except that numbers keep their digits.

use crate::fields;

#[test]
fn resolves_plain_scalars() {
    let cases = [
        ("", "null"),
        ("~", "null"),
        ("null", "null"),
        ("Null", "null"),
        ("NULL", "null"),
        ("nULL", r#""nULL""#),
        ("y", "true"),
        ("Y", "true"),
        ("yes", "true"),
        ("Yes", "true"),
        ("YES", "true"),
        ("yEs", r#""yEs""#),
        ("on", "true"),
        ("On", "true"),
        ("ON", "true"),
        ("true", "true"),
        ("True", "true"),
        ("TRUE", "true"),
        ("n", "false"),
        ("N", "false"),
        ("no", "false"),
        ("off", "false"),
        ("OFF", "false"),
        ("False", "false"),
        ("tRUE", r#""tRUE""#),
        ("0", "0"),
        ("-0", "0"),
        ("+5", "5"),
        ("-12", "-12"),
        ("1_000", "1000"),
        ("1__0", "10"),
        ("5_", "5"),
        ("_5", r#""_5""#),
        ("-_5", "-5"),
        ("0x1F", "31"),
        ("0X1f", "31"),
        ("-0x1F", "-31"),
        ("0x_1", "1"),
        ("0x", r#""0x""#),
        ("010", "8"),
        ("0_7", "7"),
        ("00", "0"),
        ("0o17", "15"),
        ("0O17", "15"),
        ("0o8", r#""0o8""#),
        ("09", "9"),
        ("089", "89"),
        ("08.5", "8.5"),
        ("0b11", "3"),
        ("-0b11", "-3"),
        ("0b_1", "1"),
        ("0b12", r#""0b12""#),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551615", "18446744073709551615"),
        ("+18446744073709551615", "18446744073709551615"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("0777777777777777777777777777777777777777777", "777777777777777777777777777777777777777777"),
        ("0xFFFFFFFFFFFFFFFF", "18446744073709551615"),
        ("0xFFFFFFFFFFFFFFFFFF", r#""0xFFFFFFFFFFFFFFFFFF""#),
        ("-0xFFFFFFFFFFFFFFFF", r#""-0xFFFFFFFFFFFFFFFF""#),
        ("+0xFFFFFFFFFFFFFFFF", r#""+0xFFFFFFFFFFFFFFFF""#),
        ("1.50", "1.50"),
        ("1.", "1"),
        ("1.e3", "1e3"),
        (".5", "0.5"),
        (".5_0", "0.50"),
        ("-.5", "-0.5"),
        ("+.5", "0.5"),
        ("-0.0", "-0.0"),
        ("1_0.5", "10.5"),
        ("1e3", "1e3"),
        ("1.5E+3", "1.5E+3"),
        ("12e03", "12e03"),
        ("1e3_0", "1e30"),
        ("1e", r#""1e""#),
        (".e3", r#"".e3""#),
        (".", r#"".""#),
        ("1e999", r#""1e999""#),
        ("+", r#""+""#),
        ("1:30", r#""1:30""#),
        ("2001-01-01", r#""2001-01-01""#),
        ("2001-12-14t21:59:43.10-05:00", r#""2001-12-14t21:59:43.10-05:00""#),
        ("=", r#""=""#),
        ("1.2.3.4", r#""1.2.3.4""#),
        ("1 2", r#""1 2""#),
        ("'1'", r#""1""#),
        ("\"yes\"", r#""yes""#),
        ("''", r#""""#),
        ("|\n  1", r#""1\n""#),
        (">-\n  a\n  b", r#""a b""#),
        ("!!str 12", r#""12""#),
        ("!!str", r#""""#),
        ("! 12", r#""12""#),
        ("!custom 12", r#""12""#),
        ("!<tag:yaml.org,2002:str> 5", r#""5""#),
        ("!!int \"12\"", "12"),
        ("!!int 0x10", "16"),
        ("!!float 12", "12"),
        ("!!bool \"yes\"", "true"),
        ("!!null ''", "null"),
        ("!!timestamp 2001-01-01", r#""2001-01-01""#),
        ("!!binary aGVsbG8=", r#""hello""#),
        ("!!binary \"aGV\\nsbG8=\"", r#""hello""#),
        ("!!binary /w==", "\"\u{FFFD}\""),
        ("!!map {a: 1}", r#"{"a":1}"#),
    ];
    for (text, expected) in cases {
        assert_eq!(fields(&format!("v: {text}")), Ok(format!("{{\"v\":{expected}}}")), "{text:?}");
    }
}

#[test]
fn refuses_what_json_cannot_say() {
    let cases = [
        ("v: .inf", "x.yaml:3:4: `.inf` is a number that JSON does not have; put it in quotes if it is a string"),
        ("v: -.INF", "x.yaml:3:4: `-.inf` is a number that JSON does not have; put it in quotes if it is a string"),
        ("v: .NaN", "x.yaml:3:4: `.nan` is a number that JSON does not have; put it in quotes if it is a string"),
        ("v: !!int 1.5", "x.yaml:3:10: `1.5` is not a `!!int`; remove the tag or correct the value"),
        ("v: !!bool 1", "x.yaml:3:11: `1` is not a `!!bool`; remove the tag or correct the value"),
        ("v: !!binary '@@'", "x.yaml:3:13: `@@` is not base64, which the tag `!!binary` asks for"),
        ("~: 1", "x.yaml:3:1: a key is null; put it in quotes"),
        (
            "18446744073709551615: 1",
            "x.yaml:3:1: the key `18446744073709551615` is not a 64-bit integer; put it in quotes",
        ),
        (
            "? {a: 1}\n: 1",
            "x.yaml:3:3: a mapping or a list cannot be a key; put text that begins with `{` or `[` in quotes",
        ),
        (
            "a: 1\nb: 2\n\"a\": 3",
            "x.yaml:5:1: the key `a` is set twice; remove one of the two (the first is on line 3)",
        ),
        ("on: 1\nyes: 2", "x.yaml:4:1: the key `true` is set twice; remove one of the two (the first is on line 3)"),
        ("a: &a [*a]", "x.yaml:3:8: the alias is within its own anchor; write the value out"),
        ("<<: 1", "x.yaml:3:5: the value of `<<` is not a mapping or a list of mappings; give it aliases of mappings"),
    ];
    for (text, expected) in cases {
        assert_eq!(fields(text), Err(expected.to_owned()), "{text:?}");
    }
}

#[test]
fn converts_keys_to_strings() {
    let cases = [
        ("on: yes", r#"{"true":true}"#),
        ("n: 1", r#"{"false":1}"#),
        ("0x1F: 1", r#"{"31":1}"#),
        ("1_000: 1", r#"{"1000":1}"#),
        ("-1: 1", r#"{"-1":1}"#),
        ("1.5e6: 1", r#"{"1.5e+06":1}"#),
        ("100000.0: 1", r#"{"100000":1}"#),
        ("1e6: 1", r#"{"1e+06":1}"#),
        ("1e-5: 1", r#"{"1e-05":1}"#),
        ("1e-4: 1", r#"{"0.0001":1}"#),
        ("123456789.5: 1", r#"{"1.2345679e+08":1}"#),
        ("0.1: 1", r#"{"0.1":1}"#),
        ("1e300: 1", r#"{".inf":1}"#),
        (".nan: 1", r#"{".nan":1}"#),
        ("2001-01-01: 1", r#"{"2001-01-01":1}"#),
        ("!!binary aGk=: 1", r#"{"hi":1}"#),
        ("a: &k on\n*k : 1", r#"{"a":true,"true":1}"#),
        ("a: &k x\n*k : 1", r#"{"a":"x","x":1}"#),
        ("&k b: 1\nc: *k", r#"{"b":1,"c":"b"}"#),
        ("'': 1", r#"{"":1}"#),
    ];
    for (text, expected) in cases {
        assert_eq!(fields(text), Ok(expected.to_owned()), "{text:?}");
    }
}

#[test]
fn expands_aliases_and_merges() {
    let cases = [
        ("a: &a [1, {b: c}]\nd: *a", r#"{"a":[1,{"b":"c"}],"d":[1,{"b":"c"}]}"#),
        ("a: &a\nb: *a", r#"{"a":null,"b":null}"#),
        ("a: &a 1\nb: &a 2\nc: *a", r#"{"a":1,"b":2,"c":2}"#),
        ("m: &m {a: 2, z: 9}\nx: {<<: *m, a: 1}", r#"{"m":{"a":2,"z":9},"x":{"a":1,"z":9}}"#),
        // go-yaml v2 lets the merge key win where it comes later.
        ("m: &m {a: 2, z: 9}\nx: {a: 1, <<: *m}", r#"{"m":{"a":2,"z":9},"x":{"a":2,"z":9}}"#),
        (
            "m: &m {a: 2, z: 9}\nk: &k {a: 3, b: 4}\nx: {<<: [*m, *k], b: 7}",
            r#"{"m":{"a":2,"z":9},"k":{"a":3,"b":4},"x":{"a":2,"b":7,"z":9}}"#,
        ),
        ("x: {<<: {a: 1}, <<: {b: 2}}", r#"{"x":{"a":1,"b":2}}"#),
        ("x: {<<: {}}", r#"{"x":{}}"#),
        ("x: {'<<': 1}", r#"{"x":{"<<":1}}"#),
        ("x: &x {<<: &y {a: 1}}\nz: *x\nw: *y", r#"{"x":{"a":1},"z":{"a":1},"w":{"a":1}}"#),
    ];
    for (text, expected) in cases {
        assert_eq!(fields(text), Ok(expected.to_owned()), "{text:?}");
    }
}
