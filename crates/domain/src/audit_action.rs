use crate::{AuthorityKind, PublicationAction, closed_set};

closed_set! {
    /// The transition that an audit entry records.
    pub enum AuditAction: "an action" {
        /// Somebody began a guide.
        GuideCreate = "guide.create",
        /// Somebody saved a revision.
        GuideSave = "guide.save",
        /// Somebody saved a merge of two texts.
        GuideMerge = "guide.merge",
        /// Somebody saved the text that a disabled person had left unsaved.
        GuideTakeOver = "guide.take_over",
        /// Somebody made a new revision of an older one's text.
        GuideRestore = "guide.restore",
        /// An import wrote a revision, or published one that was there.
        GuideImport = "guide.import",
        /// Somebody gave a revision a name, or took it away.
        GuideNameRevision = "guide.name_revision",
        /// Somebody began a thread or replied in one.
        GuideComment = "guide.comment",
        /// Somebody resolved a thread.
        ThreadResolve = "thread.resolve",
        /// Somebody reopened a thread.
        ThreadReopen = "thread.reopen",
        /// Somebody asked for a review.
        GuideSubmit = "guide.submit",
        /// Somebody withdrew a review.
        GuideWithdraw = "guide.withdraw",
        /// A reviewer approved a change.
        GuideApprove = "guide.approve",
        /// A reviewer sent a change back.
        GuideRequestChanges = "guide.request_changes",
        /// Somebody published a revision.
        GuidePublish = "guide.publish",
        /// An administrator published without a review.
        GuideBreakGlass = "guide.break_glass",
        /// Somebody rolled a guide back.
        GuideRollback = "guide.rollback",
        /// Somebody unpublished a guide.
        GuideUnpublish = "guide.unpublish",
        /// A publication's time was over.
        GuideExpire = "guide.expire",
        /// Somebody archived a guide.
        GuideArchive = "guide.archive",
        /// Somebody took a guide out of the archive.
        GuideUnarchive = "guide.unarchive",
        /// Somebody gave a guide to another owner.
        GuideChangeOwner = "guide.change_owner",
        /// Somebody ended a guide in favour of another.
        GuideJoin = "guide.join",
        /// Somebody led a slug to a guide.
        SlugRedirect = "slug.redirect",
        /// Somebody gave up a slug that was never public.
        SlugGiveUp = "slug.give_up",
        /// Somebody made a preview link.
        PreviewLinkCreate = "preview_link.create",
        /// Somebody revoked a preview link.
        PreviewLinkRevoke = "preview_link.revoke",
        /// An administrator made a user.
        UserCreate = "user.create",
        /// An administrator issued a one-time link.
        UserIssueLink = "user.issue_link",
        /// The first administrator used the set-up link.
        UserSetUp = "user.set_up",
        /// A user accepted an invitation.
        UserAcceptInvitation = "user.accept_invitation",
        /// A user chose a new password by a one-time link.
        UserResetPassword = "user.reset_password",
        /// A user changed their password.
        UserChangePassword = "user.change_password",
        /// An administrator gave a user other roles.
        UserSetRoles = "user.set_roles",
        /// Somebody changed a user's name or language.
        UserSetProfile = "user.set_profile",
        /// An administrator shut a user out.
        UserDisable = "user.disable",
        /// An administrator let a user in again.
        UserEnable = "user.enable",
        /// An administrator made an API key.
        KeyCreate = "key.create",
        /// An administrator revoked an API key.
        KeyRevoke = "key.revoke",
        /// An administrator made a webhook endpoint.
        WebhookCreate = "webhook.create",
        /// An administrator changed a webhook endpoint.
        WebhookUpdate = "webhook.update",
        /// An administrator gave a webhook endpoint another secret.
        WebhookRotateSecret = "webhook.rotate_secret",
        /// An administrator disabled a webhook endpoint, or its receiver answered 410.
        WebhookDisable = "webhook.disable",
        /// An administrator enabled a webhook endpoint.
        WebhookEnable = "webhook.enable",
        /// An administrator sent a test event.
        WebhookTest = "webhook.test",
        /// An administrator sent an event again.
        WebhookRedeliver = "webhook.redeliver",
    }
}

impl AuditAction {
    /// Returns the action of a ledger entry.
    #[must_use]
    pub fn of_publication(action: PublicationAction, authority: AuthorityKind) -> Self {
        match (authority, action) {
            (AuthorityKind::BreakGlass, _) => Self::GuideBreakGlass,
            (_, PublicationAction::Publish) => Self::GuidePublish,
            (_, PublicationAction::Rollback) => Self::GuideRollback,
            (_, PublicationAction::Unpublish) => Self::GuideUnpublish,
            (_, PublicationAction::Expire) => Self::GuideExpire,
            (_, PublicationAction::Archive) => Self::GuideArchive,
            (_, PublicationAction::Redirect) => Self::SlugRedirect,
        }
    }
}
