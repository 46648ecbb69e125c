-- name: case_ids_of_customer
SELECT id FROM cases WHERE customer_id = $1 AND merged_into IS NULL ORDER BY received_at DESC LIMIT $2;
