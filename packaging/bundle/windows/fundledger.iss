; The installer for Windows, made by Inno Setup 6 from dist\fundledger. Never run yet: see build.ps1.
; It installs for the person who runs it, without an administrator; removing it leaves every book.
#ifndef Version
  #error Say which version: iscc /DVersion=0.1.0
#endif
#define Window "{app}\fundledger-window.exe"

[Setup]
AppId={{6F0B2C0E-5D0B-4E0E-9C7B-3A1D7B1F5C11}
AppName=FundLedger
AppVersion={#Version}
AppPublisher=FundLedger contributors
DefaultDirName={autopf}\FundLedger
DefaultGroupName=FundLedger
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\..\LICENSE
SetupIconFile=..\..\..\build\icons\fundledger.ico
UninstallDisplayIcon={#Window}
OutputBaseFilename=fundledger-{#Version}-setup
Compression=lzma2
SolidCompression=yes
ChangesAssociations=yes
CloseApplications=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "lt"; MessagesFile: "compiler:Languages\Lithuanian.isl"

[InstallDelete]
; An update leaves nothing of the version before.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\..\dist\fundledger\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{autoprograms}\FundLedger"; Filename: "{#Window}"

[Registry]
Root: HKA; Subkey: "Software\Classes\.fundpack"; ValueType: string; ValueData: "FundLedger.Pack"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\FundLedger.Pack"; ValueType: string; ValueData: "FundLedger audit pack"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\FundLedger.Pack\DefaultIcon"; ValueType: string; ValueData: "{#Window},0"
Root: HKA; Subkey: "Software\Classes\FundLedger.Pack\shell\open\command"; ValueType: string; ValueData: """{#Window}"" open ""%1"""
Root: HKA; Subkey: "Software\Classes\.flbackup"; ValueType: string; ValueData: "FundLedger.Backup"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\FundLedger.Backup"; ValueType: string; ValueData: "FundLedger backup"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\FundLedger.Backup\DefaultIcon"; ValueType: string; ValueData: "{#Window},0"
Root: HKA; Subkey: "Software\Classes\FundLedger.Backup\shell\open\command"; ValueType: string; ValueData: """{#Window}"" open ""%1"""
; A book is a folder: its menu offers the program, on folders of that ending alone.
Root: HKA; Subkey: "Software\Classes\Directory\shell\FundLedger"; ValueType: string; ValueData: "Open with FundLedger"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Directory\shell\FundLedger"; ValueType: string; ValueName: "AppliesTo"; ValueData: "System.FileName:~>"".fundledger"""
Root: HKA; Subkey: "Software\Classes\Directory\shell\FundLedger"; ValueType: string; ValueName: "Icon"; ValueData: "{#Window}"
Root: HKA; Subkey: "Software\Classes\Directory\shell\FundLedger\command"; ValueType: string; ValueData: """{#Window}"" open ""%1"""
