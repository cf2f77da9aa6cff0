-- Up Migration

-- Before a kept answer is given again, it is asked whether somebody has called it wrong of late.
create index feedback_called_wrong on feedback (tenant_id, updated_at) where verdict = 'down';
