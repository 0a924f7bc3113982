Attribute VB_Name = "NianbaoRibbon"
Option Explicit

' Every button of the tab ends here; its tag names the command that macros.py runs.
' This file is ASCII: the sentences people read stand in the sheet nianbao.conf.
Public Sub OnAction(control As IRibbonControl)
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing Then
        Say "MESSAGE_NO_WORKBOOK", ""
        Exit Sub
    End If
    If IsCommand(ActiveWorkbook.Name) Then
        Say "MESSAGE_NAME", ""
        Exit Sub
    End If
    RunPython "import macros; macros.run('" & control.Tag & "')"
    Exit Sub
Failed:
    Say "MESSAGE_FAILED", Err.Description
End Sub

' xlwings puts the name of the workbook on a command line, in double quotes. A name can leave them:
' on Windows by %CMDCMDLINE%, whose value has quotes of its own, on macOS by the shell's signs.
Private Function IsCommand(name As String) As Boolean
    #If Mac Then
        IsCommand = name Like "*[""$`|\]*"
    #Else
        IsCommand = name Like "*%*%*"
    #End If
End Function

Private Sub Say(key As String, detail As String)
    Dim text As String
    text = GetConfig(key, key)
    If detail <> "" Then text = text & vbCrLf & detail
    MsgBox text, vbExclamation, GetConfig("MESSAGE_TITLE", PROJECT_NAME)
End Sub
