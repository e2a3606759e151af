#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do lines of JSON fit docs/results.schema.json, and have no key that it does not name?

    validate.py SCHEMA FILE

The schema lets readers meet keys that they do not know; what is printed today must have none.
Prints how many lines of each type there were.
"""

import collections
import json
import sys

import jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
for definition in schema["$defs"].values():
    if "properties" in definition:
        definition["additionalProperties"] = False
validators = {name: jsonschema.Draft202012Validator({"$defs": schema["$defs"],
                                                     "$ref": "#/$defs/" + name})
              for name in schema["$defs"]}
whole = jsonschema.Draft202012Validator(schema)
counts = collections.Counter()
nfaults = 0
for number, line in enumerate(open(sys.argv[2], encoding="utf-8", newline="\n"), 1):
    record = json.loads(line)
    kind = record.get("type")
    counts[kind] += 1
    # By its type first, for a message that says which key is wrong.
    name = {"sentence": "diff_sentence", "error": "out_of_memory"}.get(kind, kind)
    faults = list(validators[name].iter_errors(record)) if name in validators else []
    for fault in faults or whole.iter_errors(record):
        nfaults += 1
        print(f"line {number}, {kind}: {list(fault.path)}: {fault.message[:300]}")
print(dict(counts))
sys.exit(1 if nfaults or not counts else 0)
