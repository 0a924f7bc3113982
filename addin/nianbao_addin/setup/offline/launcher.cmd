@echo off
setlocal EnableExtensions DisableDelayedExpansion
rem Nothing is looked for in the current folder, and no Python is fetched from the network.
set "NoDefaultCurrentDirectoryInExePath=1"
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=0"
set "SETUP=%~dp0nianbao_setup.py"
set "CODE=2"
if not exist "%SETUP%" goto packed

for %%V in ($pythons) do (
    py -%%V -I "%SETUP%" fits >nul 2>nul
    if not errorlevel 1 (
        py -%%V -I "%SETUP%" $verb
        goto done
    )
)
for %%P in (
$folders
    python.exe
) do (
    %%P -I "%SETUP%" fits >nul 2>nul
    if not errorlevel 1 (
        %%P -I "%SETUP%" $verb
        goto done
    )
)
echo 没有找到 Python $listed（64 位），请先安装它，再双击一次；见说明。
echo Python $listed (64-bit, not from Microsoft Store) was not found. Install it, then try again.
goto end

:packed
echo 请先把压缩包全部解压，再双击解压出来的文件。
echo Unpack the whole ZIP file first, then run this file again.
goto end

:done
set "CODE=%ERRORLEVEL%"

:end
if /i not "%~1"=="/quiet" pause
exit /b %CODE%
