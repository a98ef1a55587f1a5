;; A waPC module for the tests of the host. The first letter of the operation selects what it does.
(module
  (import "wapc" "__guest_request" (func $guest_request (param i32 i32)))
  (import "wapc" "__guest_response" (func $guest_response (param i32 i32)))
  (import "wapc" "__guest_error" (func $guest_error (param i32 i32)))
  (import "wapc" "__host_call" (func $host_call (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wapc" "__host_response_len" (func $host_response_len (result i32)))
  (import "wapc" "__host_response" (func $host_response (param i32)))
  (import "wapc" "__host_error_len" (func $host_error_len (result i32)))
  (import "wapc" "__host_error" (func $host_error (param i32)))
  (import "wapc" "__console_log" (func $console_log (param i32 i32)))

  (memory (export "memory") 4)
  (data (i32.const 0) "kubewardenkubernetestracing")
  (global $count (mut i32) (i32.const 48))

  ;; The operation is at 256, the payload at 4096, the answer of the host at 131072.
  (func (export "__guest_call") (param $operation_len i32) (param $payload_len i32) (result i32)
    (local $letter i32)
    (call $guest_request (i32.const 256) (i32.const 4096))
    (local.set $letter (i32.load8_u (i32.const 256)))

    ;; validate, validate_settings, protocol_version, and echo: the payload
    (if (i32.or
          (i32.or (i32.eq (local.get $letter) (i32.const 118)) (i32.eq (local.get $letter) (i32.const 112)))
          (i32.eq (local.get $letter) (i32.const 101)))
      (then
        (call $guest_response (i32.const 4096) (local.get $payload_len))
        (return (i32.const 1))))

    ;; fail: the payload as an error
    (if (i32.eq (local.get $letter) (i32.const 102))
      (then
        (call $guest_error (i32.const 4096) (local.get $payload_len))
        (return (i32.const 0))))

    ;; trap
    (if (i32.eq (local.get $letter) (i32.const 116)) (then (unreachable)))

    ;; loop: never returns
    (if (i32.eq (local.get $letter) (i32.const 108)) (then (loop $again (br $again))))

    ;; deep recursion
    (if (i32.eq (local.get $letter) (i32.const 100)) (then (return (call $deep (i32.const 0)))))

    ;; outside: a pointer out of the memory
    (if (i32.eq (local.get $letter) (i32.const 111))
      (then
        (call $guest_response (i32.const 2000000000) (i32.const 8))
        (return (i32.const 1))))

    ;; memory: grow by the number of pages in the first byte
    (if (i32.eq (local.get $letter) (i32.const 109))
      (then
        (if (i32.eq (memory.grow (i32.load8_u (i32.const 4096))) (i32.const -1)) (then (unreachable)))
        (call $guest_response (i32.const 4096) (local.get $payload_len))
        (return (i32.const 1))))

    ;; silent: success without an answer; zero: an error without a message
    (if (i32.eq (local.get $letter) (i32.const 115)) (then (return (i32.const 1))))
    (if (i32.eq (local.get $letter) (i32.const 122)) (then (return (i32.const 0))))

    ;; numbered: the number of such calls in this instance, as a digit
    (if (i32.eq (local.get $letter) (i32.const 110))
      (then
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (i32.store8 (i32.const 4096) (global.get $count))
        (call $guest_response (i32.const 4096) (i32.const 1))
        (return (i32.const 1))))

    ;; console: write the payload twice
    (if (i32.eq (local.get $letter) (i32.const 99))
      (then
        (call $console_log (i32.const 4096) (local.get $payload_len))
        (call $console_log (i32.const 4096) (local.get $payload_len))
        (call $guest_response (i32.const 4096) (i32.const 0))
        (return (i32.const 1))))

    ;; qlog: calls kubewarden, tracing and the operation after the q
    (if (i32.eq (local.get $letter) (i32.const 113))
      (then
        (drop (call $host_call
          (i32.const 0) (i32.const 10) (i32.const 20) (i32.const 7)
          (i32.const 257) (i32.sub (local.get $operation_len) (i32.const 1))
          (i32.const 4096) (local.get $payload_len)))
        (call $guest_response (i32.const 4096) (i32.const 0))
        (return (i32.const 1))))

    ;; hget_resource and so on: calls kubewarden, kubernetes and the operation after the h
    (if (call $host_call
          (i32.const 0) (i32.const 10) (i32.const 10) (i32.const 10)
          (i32.const 257) (i32.sub (local.get $operation_len) (i32.const 1))
          (i32.const 4096) (local.get $payload_len))
      (then
        (call $host_response (i32.const 131072))
        (call $guest_response (i32.const 131072) (call $host_response_len))
        (return (i32.const 1))))
    (call $host_error (i32.const 131072))
    (call $guest_error (i32.const 131072) (call $host_error_len))
    (i32.const 0))

  (func $deep (param $depth i32) (result i32)
    (i32.add (call $deep (i32.add (local.get $depth) (i32.const 1))) (i32.const 1))))
