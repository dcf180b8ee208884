"""A report becomes a file: DOCX, PDF, HTML, XLSX, PPTX or Markdown. The only room of pandoc, typst and the like."""
