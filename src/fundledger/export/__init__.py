"""Sets a `Report` on paper, in a workbook, on a page; gates what leaves."""
