use annai_domain::{WebhookEventId, WebhookSecret};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Signs one message as Standard Webhooks 1.0 defines it.
///
/// The signature is `v1,` and the HMAC-SHA256 of `{id}.{seconds}.{body}`. `seconds` is the instant
/// of the attempt, so that a receiver can refuse old messages.
#[must_use]
fn sign(secret: &WebhookSecret, id: WebhookEventId, seconds: i64, body: &str) -> String {
    // HMAC pads a short key with zeros to a block of its hash. Padded here, the call cannot fail.
    let mut key = [0; 64];
    key[..32].copy_from_slice(secret.as_bytes());
    let mut mac = Hmac::<Sha256>::new((&key).into());
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body.as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Returns the value of `webhook-signature`: one signature for each valid secret. During a rotation
/// there are two, and a receiver accepts either.
#[must_use]
pub(crate) fn signatures(
    secrets: &[WebhookSecret],
    id: WebhookEventId,
    seconds: i64,
    body: &str,
) -> String {
    let signatures: Vec<_> = secrets
        .iter()
        .map(|secret| sign(secret, id, seconds, body))
        .collect();
    signatures.join(" ")
}

#[cfg(test)]
mod tests {
    use annai_domain::Clock;
    use http::HeaderMap;
    use standardwebhooks::Webhook;

    use super::*;

    fn headers(id: WebhookEventId, seconds: i64, signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", id.to_string().parse().unwrap());
        headers.insert("webhook-timestamp", seconds.into());
        headers.insert("webhook-signature", signature.parse().unwrap());
        headers
    }

    #[test]
    fn a_receiver_with_either_secret_believes_the_message_and_with_another_does_not() {
        let secrets = [WebhookSecret::generate(), WebhookSecret::generate()];
        let (id, now) = (WebhookEventId::new(), Clock::System.now().as_second());
        let body = r#"{"type":"guide.published","data":{"slug":"案内"}}"#;

        let signature = signatures(&secrets, id, now, body);

        let headers = headers(id, now, &signature);
        let believes = |secret: &WebhookSecret, body: &str| {
            let receiver = Webhook::new(&secret.expose()).unwrap();
            receiver.verify(body.as_bytes(), &headers).is_ok()
        };
        assert!(believes(&secrets[0], body));
        assert!(believes(&secrets[1], body));
        assert!(!believes(&WebhookSecret::generate(), body));
        assert!(!believes(&secrets[0], "{}"), "another body");
    }

    #[test]
    fn an_old_message_is_not_believed_by_a_new_instant() {
        let secret = WebhookSecret::generate();
        let (id, now) = (WebhookEventId::new(), Clock::System.now().as_second());
        let signature = sign(&secret, id, now - 3600, "{}");
        let receiver = Webhook::new(&secret.expose()).unwrap();
        assert!(
            receiver
                .verify(b"{}", &headers(id, now, &signature))
                .is_err()
        );
    }
}
