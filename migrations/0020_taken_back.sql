-- What an answer had beside its words, when it was taken back into its writer's draft: files, copies, what it quoted.
ALTER TABLE drafts ADD COLUMN more {json};
