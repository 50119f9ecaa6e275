"""File -> SourceTable: every cell as text, every row with the number its owner sees; and rejects back to the person.

    opening   open_table(path, options) -> SourceTable
    options   ReadOptions, Limits
    text/     CSV and its kin: encoding, delimiter, quotes
    workbook/     workbooks: xlsx, xlsb and OpenDocument part by part, xls by xlrd and large plain ones by calamine in a
                  child process, HTML tables, SpreadsheetML
    hidden    what a sheet does not show: hidden rows and columns, merged cells
    layout    where the header is; what is not a contact
    rows      records -> bounded chunks
    rejects/  rejects.csv and rejects.xlsx

Nothing is imported here, so that naming the package costs nothing.
"""
