"""The words of other frameworks, and what is written for them here: data that is loaded only for an
unknown type or key.

`pytorch`, `keras`, `caffe`, `onnx`, `tensorflow` and `darknet` have the types of a framework that
are no types here, `common` those of no framework; each word stands once. `sentences` is what is
said of words that no single type answers, `keys` the names of fields. `answers` finds the answer.
"""
