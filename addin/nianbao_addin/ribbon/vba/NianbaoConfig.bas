Attribute VB_Name = "NianbaoConfig"
Option Explicit

' The settings of xlwings' module, which calls this function by its name.
' They come from the sheet inside this add-in and from nowhere else: a workbook that someone
' sent, a file beside it or an environment variable must not choose what a button starts.
Public Function GetConfig(configKey As String, Optional default As String = "") As Variant
    Dim sheet As Worksheet
    Dim row As Long
    GetConfig = default
    Set sheet = ThisWorkbook.Worksheets(PROJECT_NAME & ".conf")
    row = 1
    Do While CStr(sheet.Cells(row, 1).Value) <> ""
        If UCase$(CStr(sheet.Cells(row, 1).Value)) = UCase$(configKey) Then
            GetConfig = CStr(sheet.Cells(row, 2).Value)
            Exit Do
        End If
        row = row + 1
    Loop
End Function
