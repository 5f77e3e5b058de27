-- How many counters (rollup) differ from the rows that they count: 0 when all are right.
-- Sensitive cases count for their township (region_counted()). Days are local (UTC+8); day -1 is what holds now.
WITH
day_of(ms_a_day, zone_ms) AS (SELECT 86400000, 28800000),
hidden(word) AS (VALUES ('family'), ('minor'), ('dv'), ('health')),
c AS (
  SELECT case_.*, substr(coalesce(region, ''), 1, iif(sensitivity IN hidden, 9, 15)) AS r,
    (opened_ms + zone_ms) / ms_a_day AS opened_day,
    (json ->> '$.at.resolved' + zone_ms) / ms_a_day AS resolved_day,
    (json ->> '$.at.closed' + zone_ms) / ms_a_day AS closed_day,
    (json ->> '$.at.declined' + zone_ms) / ms_a_day AS declined_day,
    (json ->> '$.at.litigated' + zone_ms) / ms_a_day AS litigated_day,
    (json ->> '$.at.withdrawn' + zone_ms) / ms_a_day AS withdrawn_day,
    (json ->> '$.at.whistled' + zone_ms) / ms_a_day AS whistled_day,
    (json ->> '$.at.supervised' + zone_ms) / ms_a_day AS supervised_day,
    json ->> '$.fields.outcome' AS outcome
  FROM case_, day_of
),
done AS (SELECT * FROM c WHERE state IN ('resolved', 'verifying', 'closed')),
open AS (SELECT * FROM c WHERE is_open = 1),
visit AS (
  SELECT r, (each.value ->> '$[0]' + zone_ms) / ms_a_day AS day, each.value ->> '$[1]' AS mark
  FROM day_of, c, json_each(c.json, '$.visits') AS each
),
clue AS (
  SELECT (time_ms + zone_ms) / ms_a_day AS day,
    substr(coalesce(region, ''), 1, iif(body ->> '$.data.sensitivity' IN hidden, 9, 15)) AS r,
    body ->> '$.data.channel' AS channel
  FROM inbox, day_of WHERE type = 'clue.reported'
),
want(metric, day, region) AS (
  SELECT 'opened', opened_day, r FROM c
  UNION ALL SELECT 'category:' || category, opened_day, r FROM c WHERE category IS NOT NULL
  UNION ALL SELECT 'channel:' || channel, opened_day, r FROM c WHERE channel IS NOT NULL
  UNION ALL SELECT 'level:' || level, opened_day, r FROM c WHERE level IS NOT NULL
  UNION ALL SELECT 'risk:' || risk, opened_day, r FROM c WHERE risk IS NOT NULL
  UNION ALL SELECT 'resolved', resolved_day, r FROM done
  UNION ALL SELECT 'outcome:' || outcome, resolved_day, r FROM done WHERE outcome IS NOT NULL
  UNION ALL SELECT 'closed', closed_day, r FROM c WHERE state = 'closed'
  UNION ALL SELECT 'declined', declined_day, r FROM c WHERE state = 'declined'
  UNION ALL SELECT 'litigation', litigated_day, r FROM c WHERE state = 'litigation'
  UNION ALL SELECT 'withdrawn', withdrawn_day, r FROM c WHERE state = 'withdrawn'
  UNION ALL SELECT 'revisited', day, r FROM visit
  UNION ALL SELECT 'satisfaction:' || mark, day, r FROM visit WHERE mark <> 0
  UNION ALL SELECT 'whistled', whistled_day, r FROM c WHERE whistled_day IS NOT NULL
  UNION ALL SELECT 'supervised', supervised_day, r FROM c WHERE supervised_day IS NOT NULL
  UNION ALL SELECT 'state:' || state, -1, r FROM c
  UNION ALL SELECT 'open', -1, r FROM open
  UNION ALL SELECT 'open-category:' || category, -1, r FROM open WHERE category IS NOT NULL
  UNION ALL SELECT 'open-level:' || level, -1, r FROM open WHERE level IS NOT NULL
  UNION ALL SELECT 'open-risk:' || risk, -1, r FROM open WHERE risk IS NOT NULL
  UNION ALL SELECT 'open-supervise:' || supervise, -1, r FROM open WHERE supervise <> 0
  UNION ALL SELECT 'clue', day, r FROM clue
  UNION ALL SELECT 'clue-channel:' || channel, day, r FROM clue WHERE channel IS NOT NULL
),
counted AS (SELECT metric, day, region, count(*) AS value FROM want GROUP BY 1, 2, 3),
kept AS (SELECT metric, day, region, value FROM rollup WHERE value <> 0)
SELECT (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept))
  + (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted))
