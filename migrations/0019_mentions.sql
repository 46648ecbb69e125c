-- Notes that name somebody and were not looked at: a queue asks for them each time, and they are few among all notices.
CREATE INDEX notices_mentions ON notices (user_id, case_id) WHERE read_at IS NULL AND kind = 'mention';
