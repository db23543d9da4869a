-- A decision counts in a step of its review's policy, and steps count from 0.
ALTER TABLE decisions ADD CONSTRAINT decisions_step_check CHECK (step >= 0);
