-- What somebody was told of one case and has not looked at: each look at the case asks, and the newest five hundred of theirs
-- were read for it.
CREATE INDEX notices_unread_of_case ON notices (user_id, case_id) WHERE read_at IS NULL;
