# Varnish (7 or newer) in front of Annai's delivery API. It keeps responses until a webhook receiver
# purges them by their surrogate keys. docs/operations.md explains it; a test runs this very file.
vcl 4.1;

import std;

backend annai {
    .host = "127.0.0.1";
    .port = "8080";
}

# The machine of the webhook receiver. Only it may purge responses.
acl receivers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    # `BAN` with the keys of an event, joined by `|`, with their dots escaped.
    if (req.method == "BAN") {
        if (client.ip !~ receivers) {
            return (synth(403));
        }
        # Allow only the characters of surrogate keys, with `|` and `\`, so that nothing else is a pattern.
        if (req.http.Surrogate-Key !~ "^[A-Za-z0-9:%_~.|\\-]+$") {
            return (synth(400));
        }
        # Responses at a ref never change, so they stay.
        if (std.ban("obj.http.Surrogate-Key ~ (^|\s)(" + req.http.Surrogate-Key + ")(\s|$)"
            + " && obj.http.Cache-Control !~ immutable")) {
            return (synth(204));
        }
        return (synth(500, std.ban_error()));
    }
    # Cache only public responses. Editors' pages and previews pass through.
    if (req.url !~ "^/v1/" || req.url ~ "^/v1/preview/") {
        return (pass);
    }
    # Delivery uses no cookies.
    unset req.http.Cookie;
}

sub vcl_backend_response {
    # These headers describe the single request that fetched the response.
    unset beresp.http.RateLimit;
    unset beresp.http.RateLimit-Policy;
    # RFC 9213: caches that are purged prefer this to Cache-Control, which is for browsers. Annai sends
    # it only with the setting `cdn_purged_by_webhook`.
    if (beresp.http.CDN-Cache-Control ~ "(^|[ ,])max-age=[0-9]+") {
        set beresp.ttl = std.duration(
            regsub(beresp.http.CDN-Cache-Control, "^.*max-age=([0-9]+).*$", "\1s"), 30s);
        # No grace: a purged response is never served again.
        set beresp.grace = 0s;
    }
}

sub vcl_deliver {
    unset resp.http.CDN-Cache-Control;
    # Browsers count from now, not from the fetch, because a cached response is as good as a fresh one.
    unset resp.http.Age;
    if (obj.hits > 0) {
        set resp.http.Cache-Status = "varnish; hit";
    } else {
        set resp.http.Cache-Status = "varnish; fwd=miss";
    }
}
