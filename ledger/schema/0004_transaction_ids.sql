-- A transfer is found by the caller's id. Postings of trades have none, and cost nothing here.
CREATE INDEX postings_by_transaction_id ON postings (transaction_id)
  WHERE transaction_id IS NOT NULL;
