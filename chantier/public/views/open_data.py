"""Open data: the page that describes the sets, and the sets as CSV and JSON with their schema."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from chantier.public import formats
from chantier.public.datasets import DATASETS, Dataset, editions, licence


@require_safe
@login_not_required
def dataset_list(request: HttpRequest) -> HttpResponseBase:
    term = licence()
    found = editions(DATASETS.values())
    context = {
        "editions": found,
        "licence": term,
        "structured": formats.catalogue(found, term),
    }
    return render(request, "public/dataset_list.html", context)


@require_safe
@login_not_required
def dataset_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    return _file(request, _dataset(key), "csv")


@require_safe
@login_not_required
def dataset_json(request: HttpRequest, key: str) -> HttpResponseBase:
    return _file(request, _dataset(key), "json")


@require_safe
@login_not_required
def dataset_schema(request: HttpRequest, key: str) -> HttpResponseBase:
    schema = formats.schema(_dataset(key), licence())
    options: dict[str, Any] = {"ensure_ascii": False, "indent": 2}
    return _open_to_all(JsonResponse(schema, json_dumps_params=options))


def _dataset(key: str) -> Dataset:
    if key not in DATASETS:
        raise Http404
    return DATASETS[key]


def _file(request: HttpRequest, dataset: Dataset, kind: str) -> HttpResponseBase:
    """The whole set, row by row; nothing of it where the reader holds the same already."""
    (edition,) = editions([dataset])
    term = licence()
    etag = quote_etag(f"{edition.digest}-{formats.mark(term)}-{kind}")
    moment = int(edition.changed_at.timestamp())
    unchanged = get_conditional_response(request, etag=etag, last_modified=moment)
    if unchanged is not None:
        return _open_to_all(unchanged)
    response = StreamingHttpResponse(
        formats.CHUNKS[kind](edition, term), content_type=formats.CONTENT_TYPES[kind]
    )
    response["ETag"] = etag
    response["Last-Modified"] = http_date(moment)
    response["Content-Disposition"] = f'attachment; filename="{dataset.name}.{kind}"'
    return _open_to_all(response)


def _open_to_all(response: HttpResponseBase) -> HttpResponseBase:
    """A page of another site may read it, and anybody may keep it: it says the same to all."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "public, max-age=300"
    return response
