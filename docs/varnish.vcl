# Varnish (7 or newer) in front of Annai's delivery API: keeps answers until a webhook's receiver
# drops them by their surrogate keys. docs/operations.md explains it; a test runs this very file.
vcl 4.1;

import std;

backend annai {
    .host = "127.0.0.1";
    .port = "8080";
}

# Who may drop answers: the machine on which the receiver of webhooks runs.
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
        # The characters of surrogate keys, and what joins and escapes them: nothing else is a pattern.
        if (req.http.Surrogate-Key !~ "^[A-Za-z0-9:%_~.|\\-]+$") {
            return (synth(400));
        }
        # What is read at a ref never changes: it stays.
        if (std.ban("obj.http.Surrogate-Key ~ (^|\s)(" + req.http.Surrogate-Key + ")(\s|$)"
            + " && obj.http.Cache-Control !~ immutable")) {
            return (synth(204));
        }
        return (synth(500, std.ban_error()));
    }
    # Only what everybody may read. Editors' pages and previews go by.
    if (req.url !~ "^/v1/" || req.url ~ "^/v1/preview/") {
        return (pass);
    }
    # Delivery knows no cookies.
    unset req.http.Cookie;
}

sub vcl_backend_response {
    # These are about the one request that fetched the answer.
    unset beresp.http.RateLimit;
    unset beresp.http.RateLimit-Policy;
    # For caches that are told when an answer changes (RFC 9213): it goes before Cache-Control,
    # which is for browsers. Sent only with the setting `cdn_purged_by_webhook`.
    if (beresp.http.CDN-Cache-Control ~ "(^|[ ,])max-age=[0-9]+") {
        set beresp.ttl = std.duration(
            regsub(beresp.http.CDN-Cache-Control, "^.*max-age=([0-9]+).*$", "\1s"), 30s);
        # Nothing is handed out while it is fetched anew: dropped means dropped.
        set beresp.grace = 0s;
    }
}

sub vcl_deliver {
    unset resp.http.CDN-Cache-Control;
    # A browser counts from now, not from the fetch: what lies here is what the origin would say.
    unset resp.http.Age;
    if (obj.hits > 0) {
        set resp.http.Cache-Status = "varnish; hit";
    } else {
        set resp.http.Cache-Status = "varnish; fwd=miss";
    }
}
