-- The house's time zone is a setting; calendars without one of their own follow it.
-- name: book_now
SELECT b.generation, s.value AS zone FROM clock_book b LEFT JOIN settings s ON s.name = 'zone' WHERE b.id = 1;

-- name: book_changed
UPDATE clock_book SET generation = generation + 1 WHERE id = 1;

-- name: book_products
SELECT id, parent_id FROM products;
