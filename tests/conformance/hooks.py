"""Fills in what a description cannot say: which refs, slugs and cursors this server has given out.

A well-formed ref that the server never gave out is a later one: the server waits for it, then answers 503, as it
should. So every well-formed ref becomes a real one, also beside something that the server must refuse. Where a
request is meant to be accepted, it also loses its cursor.
"""

import os
import re

import schemathesis

REF = os.environ["ANNAI_TEST_REF"]
SLUG = os.environ["ANNAI_TEST_SLUG"]

# Parameters that name a point in the ledger.
REFS = {"min_ref", "since", "ref"}
WELL_FORMED = re.compile(r"[0-9]+-[0-9a-f]{8}", re.ASCII)
# Parameters that go with an earlier answer, or that wait until something happens.
LEFT_OUT = {"cursor", "wait"}
# The most guides of one page that has bodies: how many are too many depends on another parameter.
MOST_WITH_BODIES = 100


@schemathesis.hook
def before_call(context, case, kwargs):
    for parameters in (case.query, case.path_parameters):
        for name in REFS & (parameters or {}).keys():
            if WELL_FORMED.fullmatch(str(parameters[name])):
                parameters[name] = REF
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    query, path = case.query, case.path_parameters
    for name in LEFT_OUT & query.keys():
        del query[name]
    if query.keys() & {"body", "fields"} and int(query.get("limit", 0)) > MOST_WITH_BODIES:
        query["limit"] = MOST_WITH_BODIES
    if "ref" in path:
        path["ref"] = REF
    # No list tells the slugs that can be previewed, nor how many revisions there are.
    if "slug" in path and "/preview/" in case.path:
        path["slug"] = SLUG
    if "revision" in query:
        query["revision"] = 1
    # An optional header is described as one that may be null, which no header can be.
    for headers in (case.headers, kwargs.get("headers") or {}):
        for name in [name for name, value in headers.items() if value in (None, "null")]:
            del headers[name]
