crate::closed_set! {
    /// The fault of a field in a request. The text for people has the key `field.<fault>`.
    pub enum FieldFault: "a fault of a field" {
        /// It is empty.
        Required = "required",
        /// It is not in the form that it must have.
        Malformed = "malformed",
        /// It is longer than its limit.
        TooLong = "too_long",
        /// It is shorter than its limit.
        TooShort = "too_short",
        /// It has a control character, such as a line break.
        ControlCharacter = "control_character",
        /// Another one has that value.
        Taken = "taken",
        /// It names nothing that exists.
        Unknown = "unknown",
        /// No choice was made.
        NoneChosen = "none_chosen",
        /// Its time is over.
        Past = "past",
        /// Its time is too far ahead.
        TooLate = "too_late",
        /// It is not the present secret.
        Wrong = "wrong",
        /// The password is easy to guess.
        Guessable = "guessable",
        /// The last administrator would lose that role.
        LastAdmin = "last_admin",
        /// It is not the URL of a web server.
        BadUrl = "bad_url",
        /// The URL is not https.
        NotHttps = "not_https",
        /// The URL has a user or a password.
        UrlCredentials = "url_credentials",
        /// The URL has a fragment.
        UrlFragment = "url_fragment",
        /// The URL names an address that is not on the public internet.
        PrivateAddress = "private_address",
    }
}
