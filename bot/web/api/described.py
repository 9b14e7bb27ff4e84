"""The API as OpenAPI 3.1 describes it, and a page that shows that to people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from bot.web.api.operation import Operation

_SCHEMAS = "#/components/schemas/{model}"
_BEARER = "HTTPBearer"

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vigil: the API</title>
<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({url: "/openapi.json", dom_id: "#api", deepLinking: true})</script>
</body>
</html>
"""
"""Swagger UI, which the browser fetches."""


def described(operations: Sequence[Operation]) -> dict[str, Any]:
    """The document of these operations."""
    schemas, shared = TypeAdapter.json_schemas(list(_models(operations)), ref_template=_SCHEMAS)
    paths: dict[str, dict[str, Any]] = {}
    for number, each in enumerate(operations):
        sent, told = schemas.get((number, "validation")), schemas.get((number, "serialization"))
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, sent, told)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vigil",
            "summary": "Watches of deployments, and the verdicts of their gates",
            "version": "1",
        },
        "paths": paths,
        "components": {
            "schemas": shared["$defs"],
            "securitySchemes": {_BEARER: {"type": "http", "scheme": "bearer"}},
        },
    }


def _models(operations: Sequence[Operation]) -> Iterator[tuple[int, JsonSchemaMode, TypeAdapter[Any]]]:
    for number, each in enumerate(operations):
        if each.wanted:
            yield number, "validation", TypeAdapter(each.wanted)
        if each.told:
            yield number, "serialization", TypeAdapter(each.told)


def _operation(each: Operation, sent: Any, told: Any) -> dict[str, Any]:
    name = each.answer.__name__
    answers = {str(status): answer for status, answer in each.answers.items()}
    if told:
        well = {"description": each.status.phrase, **answers.get(str(each.status.value), {})}
        answers[str(each.status.value)] = well | {"content": {"application/json": {"schema": told}}}
    described: dict[str, Any] = {
        "tags": [each.tag],
        "summary": name.replace("_", " ").capitalize(),
        "description": each.answer.__doc__,
        "operationId": f"{name}_{each.method.lower()}",
        "parameters": list(_parameters(each)),
        "responses": answers,
    }
    if sent:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": sent}}}
    return described if each.free else described | {"security": [{_BEARER: []}]}


def _parameters(each: Operation) -> Iterator[dict[str, Any]]:
    known = each.words.model_json_schema()["properties"] if each.words else {}
    in_path = re.findall(r"{(\w+)}", each.path)
    for name in (*in_path, *(other for other in known if other not in in_path)):
        schema = dict(known.get(name, {"type": "string"}))
        about = {"description": schema.pop("description")} if "description" in schema else {}
        place = {"in": "path", "required": True} if name in in_path else {"in": "query"}
        yield {"name": name, **place, **about, "schema": schema}
